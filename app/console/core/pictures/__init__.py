"""Pictures as data: each is made of what the services answer, and draws nothing that its table does not say."""
