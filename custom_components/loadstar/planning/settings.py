"""What users have tuned, as the planner takes it."""

from ..engine.planner.config import PlannerConfig, StrategyConfig
from ..settings import SiteSettings


def planner_config(site: SiteSettings) -> PlannerConfig:
    """Return the planner's weights."""
    return PlannerConfig(
        wear_cost_per_kwh=site.wear_cost_per_kwh,
        export_threshold_per_kwh=site.battery_export_threshold_per_kwh,
        strategy=StrategyConfig(risk_appetite=site.risk_appetite),
    )
