"""Publisher: a newsroom's articles as newsletters and social posts."""
