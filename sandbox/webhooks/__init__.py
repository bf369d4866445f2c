"""Register webhooks and deliver them."""
