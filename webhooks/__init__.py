"""The door to the street: proves a delivery and hands its issue id to the queue."""
