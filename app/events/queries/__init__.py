"""SQL of events and of the webhooks that tell them."""
