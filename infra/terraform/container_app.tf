# Azure Container Apps: the host in a container of its own, with its own sign-in and its own metadata.

resource "azurerm_container_app_environment" "this" {
  count = local.on_container_apps ? 1 : 0

  name                = "cae-${var.name}"
  resource_group_name = local.resource_group
  location            = var.location
  tags                = var.tags

  # Through a diagnostic setting: sending straight to the workspace would need its key.
  logs_destination = "azure-monitor"

  workload_profile {
    name                  = var.container.workload_profile.name
    workload_profile_type = var.container.workload_profile.type
    minimum_count         = var.container.workload_profile.minimum
    maximum_count         = var.container.workload_profile.maximum
  }
}

resource "azurerm_monitor_diagnostic_setting" "container_logs" {
  count = local.on_container_apps ? 1 : 0

  name                       = "logs"
  target_resource_id         = one(azurerm_container_app_environment.this[*].id)
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id

  enabled_log {
    category = "ContainerAppConsoleLogs"
  }
  enabled_log {
    category = "ContainerAppSystemLogs"
  }
}

resource "azurerm_container_app" "this" {
  count = local.on_container_apps ? 1 : 0

  name                         = var.name
  resource_group_name          = local.resource_group
  container_app_environment_id = one(azurerm_container_app_environment.this[*].id)
  tags                         = var.tags
  revision_mode                = "Single"
  workload_profile_name        = var.container.workload_profile.name

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.azure_devops.id, azurerm_user_assigned_identity.platform.id]
  }

  dynamic "registry" {
    for_each = var.container.registry_id == null ? [] : [1]

    content {
      server   = split("/", var.container.image)[0]
      identity = azurerm_user_assigned_identity.platform.id
    }
  }

  ingress {
    external_enabled           = true
    allow_insecure_connections = false
    target_port                = local.port
    transport                  = "http"

    traffic_weight {
      latest_revision = true
      percentage      = 100
    }
  }

  template {
    min_replicas                     = var.container.minimum
    max_replicas                     = var.container.maximum
    termination_grace_period_seconds = 90 # a call may take 60

    http_scale_rule {
      name                = "calls"
      concurrent_requests = tostring(var.container.concurrent_requests)
    }

    # The image starts `adomcp serve --config config/azure.yaml` by itself.
    container {
      name   = "adomcp"
      image  = var.container.image
      cpu    = var.container.cpu
      memory = var.container.memory

      dynamic "env" {
        for_each = local.host_settings

        content {
          name  = env.key
          value = env.value
        }
      }
      env {
        name  = "APPLICATIONINSIGHTS_CONNECTION_STRING"
        value = azurerm_application_insights.this.connection_string
      }

      startup_probe {
        transport               = "HTTP"
        port                    = local.port
        path                    = "/healthz"
        interval_seconds        = 1
        failure_count_threshold = 30
      }
      liveness_probe {
        transport               = "HTTP"
        port                    = local.port
        path                    = "/healthz"
        interval_seconds        = 10
        failure_count_threshold = 3
      }
      readiness_probe {
        transport               = "HTTP"
        port                    = local.port
        path                    = "/readyz"
        interval_seconds        = 5
        failure_count_threshold = 3
      }
    }
  }

  lifecycle {
    precondition {
      condition     = var.container.image != null
      error_message = "container.image must be set for target container_apps."
    }
  }

  depends_on = [
    azurerm_role_assignment.image,
    azurerm_role_assignment.sealing_key,
    azurerm_role_assignment.state,
    azurerm_role_assignment.telemetry,
  ]
}

# An optional gate before the host's own. It sends no metadata of its own, so the well-known paths
# stay open; the host answers them.
resource "azapi_resource" "sign_in" {
  count = local.on_container_apps && var.container_apps_sign_in ? 1 : 0

  type      = "Microsoft.App/containerApps/authConfigs@2025-01-01"
  name      = "current"
  parent_id = one(azurerm_container_app.this[*].id)

  body = {
    properties = {
      platform     = { enabled = true }
      httpSettings = { requireHttps = true }
      globalValidation = {
        unauthenticatedClientAction = "Return401"
        excludedPaths = concat(local.health_paths, [
          "/.well-known/oauth-protected-resource",
          "/.well-known/oauth-protected-resource/mcp",
          "/.well-known/oauth-protected-resource/runtime/webhooks/mcp",
        ])
      }
      identityProviders = {
        azureActiveDirectory = {
          enabled = true
          registration = {
            clientId     = local.client_id
            openIdIssuer = "https://login.microsoftonline.com/${var.tenant_id}/v2.0"
          }
          validation = {
            allowedAudiences = [local.client_id, local.app_uri]
            defaultAuthorizationPolicy = {
              allowedApplications = concat([local.client_id], sort(local.clients))
            }
          }
        }
      }
    }
  }
}
