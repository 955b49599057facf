"""What a browser sees: the readers' site and the newsroom's desk."""
