"""What is posted: accounts, posts, and the text of them."""
