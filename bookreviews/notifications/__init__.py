"""What the site tells a reader, on the page and by mail as they choose."""
