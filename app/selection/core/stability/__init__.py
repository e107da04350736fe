"""How well a model's verdicts stand when its weights are not quite those that were agreed."""
