# Logs, telemetry and the audit trail. Telemetry is taken from identities alone, not from whoever
# knows the connection string.

resource "azurerm_log_analytics_workspace" "this" {
  name                = "log-${var.name}"
  resource_group_name = local.resource_group
  location            = var.location
  tags                = var.tags
  sku                 = "PerGB2018"
  retention_in_days   = var.log_retention_days
  daily_quota_gb      = var.log_daily_cap_gb
}

resource "azurerm_application_insights" "this" {
  name                = "appi-${var.name}"
  resource_group_name = local.resource_group
  location            = var.location
  tags                = var.tags
  workspace_id        = azurerm_log_analytics_workspace.this.id
  application_type    = "other"
  retention_in_days   = var.log_retention_days
  sampling_percentage = 100 # the audit is not sampled

  local_authentication_disabled = true # azurerm 5.x: local_authentication_enabled = false
}
