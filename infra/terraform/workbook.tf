# A page in the portal that reads the audit trail: who did what, what was refused, what went wrong.

locals {
  workbook_queries = {
    "Calls by tool and status" = {
      chart = "table"
      query = <<-KQL
        customEvents
        | where name endswith "_finished"
        | extend d = customDimensions
        | summarize Calls = count(), p95_ms = round(percentile(todouble(customMeasurements.duration_ms), 95))
            by Tool = tostring(d.tool_name), Status = tostring(d.status)
        | order by Calls desc
      KQL
    }
    "Calls over time" = {
      chart = "timechart"
      query = <<-KQL
        customEvents
        | where name endswith "_finished"
        | summarize Calls = count() by bin(timestamp, 1h), Status = tostring(customDimensions.status)
      KQL
    }
    "Runs that were started" = {
      chart = "table"
      query = <<-KQL
        customEvents
        | where name == "tool_finished"
        | extend d = customDimensions
        | where tostring(d.tool_name) == "trigger_pipeline_run"
        | project timestamp, User = tostring(d.user), Principal = tostring(d.principal_id), Project = tostring(d.project),
            Pipeline = tostring(d.pipeline_name), Run = tostring(d.run_id), Status = tostring(d.status),
            Confirmation = tostring(d.confirmation), Call = tostring(d.call_id)
        | order by timestamp desc
      KQL
    }
    "Refused" = {
      chart = "table"
      query = <<-KQL
        customEvents
        | extend d = customDimensions
        | where name == "sign_in_failed" or tostring(d.status) == "denied"
        | project timestamp, Event = name, User = tostring(d.user), Principal = tostring(d.principal_id),
            Address = tostring(d.client_ip), Tool = tostring(d.tool_name), Project = tostring(d.project),
            Rule = coalesce(tostring(d.rule), tostring(d.reason))
        | order by timestamp desc
      KQL
    }
    "Calls without an outcome" = {
      chart = "table"
      query = <<-KQL
        let finished = customEvents | where name endswith "_finished" | project Call = tostring(customDimensions.call_id);
        customEvents
        | where name endswith "_started" and timestamp < ago(10m)
        | extend d = customDimensions, Call = tostring(customDimensions.call_id)
        | join kind=leftanti finished on Call
        | project timestamp, Call, User = tostring(d.user), Tool = tostring(d.tool_name), Project = tostring(d.project)
        | order by timestamp desc
      KQL
    }
    "Busiest people" = {
      chart = "table"
      query = <<-KQL
        customEvents
        | where name endswith "_finished"
        | extend d = customDimensions
        | summarize Calls = count(), Refused = countif(tostring(d.status) == "denied"), User = take_any(tostring(d.user))
            by Principal = tostring(d.principal_id)
        | top 20 by Calls
      KQL
    }
  }
  # Objects are sorted by name; this is the order on the page.
  workbook_order = [
    "Calls by tool and status", "Calls over time", "Runs that were started", "Refused",
    "Calls without an outcome", "Busiest people",
  ]
}

resource "azurerm_application_insights_workbook" "audit" {
  name                = uuidv5("url", "adomcp/${var.subscription_id}/${local.resource_group}/${var.name}/audit")
  display_name        = "${var.name}: audit trail"
  resource_group_name = local.resource_group
  location            = var.location
  tags                = var.tags
  source_id           = lower(azurerm_application_insights.this.id)
  category            = "workbook"

  data_json = jsonencode({
    version = "Notebook/1.0"
    items = concat(
      [{
        type = 9
        name = "parameters"
        content = {
          version      = "KqlParameterItem/1.0"
          style        = "pills"
          queryType    = 0
          resourceType = "microsoft.insights/components"
          parameters = [{
            id         = uuidv5("url", "adomcp/workbook/time")
            version    = "KqlParameterItem/1.0"
            name       = "Time"
            type       = 4
            isRequired = true
            value      = { durationMs = 86400000 }
            typeSettings = {
              allowCustom      = true
              selectableValues = [for hours in [1, 4, 24, 168, 720] : { durationMs = hours * 3600000 }]
            }
          }]
        }
      }],
      [for title in local.workbook_order : {
        type = 3
        name = title
        content = {
          version                  = "KqlItem/1.0"
          title                    = title
          query                    = local.workbook_queries[title].query
          visualization            = local.workbook_queries[title].chart
          size                     = 0
          queryType                = 0
          resourceType             = "microsoft.insights/components"
          timeContextFromParameter = "Time"
          showExportToExcel        = true
        }
      }]
    )
  })
}
