# Alerts on failures, on refusals, and on audit records that went missing.

locals {
  action_groups = concat(azurerm_monitor_action_group.this[*].id, sort(var.alerts.action_group_ids))

  # The host logs each loss on standard error; audit records themselves are JSON and don't count.
  lost_records = <<-KQL
    | where Line !startswith "{"
    | where Line has "since the start" or Line has "no audit record" or Line has "no finished audit record"
        or Line has "audit did not end in good order"
  KQL
  log_lines = (local.on_functions
    ? "traces\n| extend Line = message\n"
    : "ContainerAppConsoleLogs\n| where ContainerAppName == \"${var.name}\"\n| extend Line = Log\n"
  )

  alert_rules = {
    failures = {
      description = "Calls failed, timed out, crashed or ended without a known outcome."
      severity    = 2
      threshold   = var.alerts.failures
      scope       = azurerm_application_insights.this.id
      query       = <<-KQL
        customEvents
        | where name endswith "_finished"
        | where tostring(customDimensions.status) in ("error", "timeout", "crashed", "unknown")
      KQL
    }
    denials = {
      description = "Calls were refused by policy, or people failed to sign in."
      severity    = 2
      threshold   = var.alerts.denials
      scope       = azurerm_application_insights.this.id
      query       = <<-KQL
        customEvents
        | where name == "sign_in_failed"
            or (name endswith "_finished" and tostring(customDimensions.status) == "denied")
      KQL
    }
    audit-drops = {
      description = "Audit records were lost on their way; the copy on standard output may still have them."
      severity    = 1
      threshold   = 0
      scope       = local.on_functions ? azurerm_application_insights.this.id : azurerm_log_analytics_workspace.this.id
      query       = "${local.log_lines}${local.lost_records}"
    }
  }
}

resource "azurerm_monitor_action_group" "this" {
  count = length(var.alerts.emails) > 0 ? 1 : 0

  name                = "ag-${var.name}"
  resource_group_name = local.resource_group
  short_name          = "adomcp"
  tags                = var.tags

  dynamic "email_receiver" {
    for_each = var.alerts.emails

    content {
      name                    = email_receiver.value
      email_address           = email_receiver.value
      use_common_alert_schema = true
    }
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "this" {
  for_each = local.alert_rules

  name                = "${var.name}-${each.key}"
  description         = each.value.description
  resource_group_name = local.resource_group
  location            = var.location
  tags                = var.tags
  scopes              = [each.value.scope]
  severity            = each.value.severity

  evaluation_frequency    = "PT5M"
  window_duration         = "PT15M"
  auto_mitigation_enabled = true
  skip_query_validation   = true # a new workspace has none of the tables yet

  criteria {
    query                   = each.value.query
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = each.value.threshold

    failing_periods {
      minimum_failing_periods_to_trigger_alert = 1
      number_of_evaluation_periods             = 1
    }
  }

  dynamic "action" {
    for_each = length(local.action_groups) > 0 ? [1] : []

    content {
      action_groups = local.action_groups
    }
  }
}
