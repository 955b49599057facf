"""PostgreSQL as Django speaks to it, with tables that a test filled emptied by DELETE.

Django empties them by TRUNCATE, which makes new files for every table and index: 170 ms a test for
36 tables with a handful of rows between them, which DELETE takes 4 ms for.
"""
