"""The readers' site: articles, newsletters, and the pages behind the links in a mail."""
