"""Where units stand: quantile groups, verdicts against a reference, funnels. The names are offered by ``maalbib.stats``."""

__all__: list[str] = []
