"""Run `sluice rules new`: write a first rule file, from the starter beside it."""
