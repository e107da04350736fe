"""SQL of health models and their versions."""

from app.health.tables import health_model_versions, health_models
from app.infra.versioned import Versioned

MODELS = Versioned(health_models, health_model_versions, noted=("published_by", "publish_reason"))
