"""Find out what is wrong with a set-up: the address, the account, its rights, the webhook."""
