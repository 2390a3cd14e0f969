# The Container Apps deployment.
mock_provider "azurerm" {
  source = "./tests/mocks/azurerm"
}
mock_provider "azuread" {
  source = "./tests/mocks/azuread"
}
mock_provider "azuredevops" {
  source = "./tests/mocks/azuredevops"
}
mock_provider "azapi" {
  source = "./tests/mocks/azapi"
}

override_resource {
  target = azurerm_user_assigned_identity.platform
  values = {
    id           = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-platform"
    client_id    = "aaaa1111-1111-4111-8111-111111111111"
    principal_id = "aaaa2222-2222-4222-8222-222222222222"
  }
}

variables {
  target                    = "container_apps"
  name                      = "contoso-adomcp"
  location                  = "westeurope"
  subscription_id           = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
  tenant_id                 = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
  azure_devops_organization = "contoso"
  azure_devops_projects     = [{ name = "Payments" }, { name = "Platform Tools", access = "view", readers = true }]
  container = {
    image       = "contoso.azurecr.io/adomcp:1.0.0"
    registry_id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso"
  }
}

run "container_apps" {
  command = apply

  assert {
    condition     = length(azurerm_container_app.this) == 1 && length(azurerm_function_app_flex_consumption.this) == 0 && length(azurerm_service_plan.this) == 0 && length(azurerm_storage_container.functions_host) == 0
    error_message = "target container_apps must make a container app and nothing of Functions"
  }
  assert {
    condition = jsonencode({ for env in azurerm_container_app.this[0].template[0].container[0].env : env.name => env.value }) == jsonencode({
      ADOMCP_APP_ID_URI                     = "api://55555555-5555-4555-8555-555555555555"
      ADOMCP_AUTH_MODE                      = "bearer"
      ADOMCP_CLIENT_ID                      = "55555555-5555-4555-8555-555555555555"
      ADOMCP_KEY_CONTAINER                  = "https://sttest.blob.core.windows.net/adomcp-keys"
      ADOMCP_LISTEN                         = "0.0.0.0:7071"
      ADOMCP_PLATFORM_CLIENT_ID             = "aaaa1111-1111-4111-8111-111111111111"
      ADOMCP_PUBLIC_URL                     = "https://contoso-adomcp.happy-sea-1234.westeurope.azurecontainerapps.io"
      ADOMCP_STATE_CONTAINER                = "https://sttest.blob.core.windows.net/adomcp"
      ADOMCP_TRIGGER_BRANCHES               = "main"
      ADOMCP_TRIGGER_PIPELINES              = ""
      ADOMCP_TRUSTED_PROXIES                = "100.100.0.0/16"
      APPLICATIONINSIGHTS_CONNECTION_STRING = "InstrumentationKey=33333333-3333-4333-8333-333333333333"
      AZURE_DEVOPS_ORG                      = "contoso"
      AZURE_DEVOPS_PROJECT                  = "Payments"
      AZURE_DEVOPS_PROJECTS                 = "Payments,Platform Tools"
      AZURE_MI_CLIENT_ID                    = "11111111-1111-4111-8111-111111111111"
      AZURE_TENANT_ID                       = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
      LOG_LEVEL                             = "info"
    })
    error_message = "the environment is not what config/azure.yaml reads"
  }
  assert {
    condition = (azurerm_container_app.this[0].ingress[0].target_port == 7071 && azurerm_container_app.this[0].ingress[0].external_enabled
    && !azurerm_container_app.this[0].ingress[0].allow_insecure_connections)
    error_message = "the ingress must take HTTPS and reach the host's port"
  }
  assert {
    condition     = length(azurerm_container_app.this[0].secret) == 0
    error_message = "nothing here is a secret"
  }

  # Probes and scale.
  assert {
    condition = [
      azurerm_container_app.this[0].template[0].container[0].startup_probe[0].path,
      azurerm_container_app.this[0].template[0].container[0].liveness_probe[0].path,
      azurerm_container_app.this[0].template[0].container[0].readiness_probe[0].path,
    ] == ["/healthz", "/healthz", "/readyz"]
    error_message = "the probes must ask the health pages"
  }
  assert {
    condition     = azurerm_container_app.this[0].template[0].http_scale_rule[0].concurrent_requests == "64"
    error_message = "replicas must follow concurrent calls"
  }
  assert {
    condition     = azurerm_container_app.this[0].workload_profile_name == "Consumption" && one(azurerm_container_app_environment.this[0].workload_profile).name == "Consumption"
    error_message = "app and environment must agree on the workload profile"
  }

  # Roles.
  assert {
    condition     = [for role in azurerm_role_assignment.image : role.role_definition_name] == ["AcrPull"] && azurerm_container_app.this[0].registry[0].server == "contoso.azurecr.io" && azurerm_container_app.this[0].registry[0].identity == azurerm_user_assigned_identity.platform.id
    error_message = "the image must be pulled with the identity"
  }
  assert {
    condition     = length(azurerm_role_assignment.functions_host) == 0
    error_message = "there is no Functions host here to keep anything"
  }
  assert {
    condition     = length(azurerm_container_app.this[0].identity[0].identity_ids) == 2 && azurerm_role_assignment.sealing_key.scope == azurerm_storage_container.sealing_key.id
    error_message = "the app must have both identities, and the key a container of its own"
  }
  assert {
    condition     = azurerm_role_assignment.state.role_definition_name == "Storage Blob Data Contributor" && azurerm_role_assignment.telemetry.role_definition_name == "Monitoring Metrics Publisher"
    error_message = "the identity must write state and send telemetry"
  }

  # Logs without a workspace key.
  assert {
    condition     = azurerm_container_app_environment.this[0].logs_destination == "azure-monitor" && azurerm_container_app_environment.this[0].log_analytics_workspace_id == null
    error_message = "logs must go through the diagnostic setting"
  }
  assert {
    condition     = toset(azurerm_monitor_diagnostic_setting.container_logs[0].enabled_log[*].category) == toset(["ContainerAppConsoleLogs", "ContainerAppSystemLogs"])
    error_message = "the host's output must be kept"
  }
  assert {
    condition = (azurerm_monitor_scheduled_query_rules_alert_v2.this["audit-drops"].scopes == tolist([azurerm_log_analytics_workspace.this.id])
    && strcontains(azurerm_monitor_scheduled_query_rules_alert_v2.this["audit-drops"].criteria[0].query, "ContainerAppName == \"contoso-adomcp\""))
    error_message = "lost audit records must be looked for where the host's output goes"
  }

  # No federated credential and no gate unless asked.
  assert {
    condition     = length(azuread_application_federated_identity_credential.identity) == 0 && length(azapi_resource.sign_in) == 0
    error_message = "the application must not trust more than it needs"
  }
}

run "choices" {
  command = apply

  variables {
    container_apps_sign_in = true
    container = {
      image            = "ghcr.io/contoso/adomcp@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      workload_profile = { name = "dedicated", type = "D4", minimum = 1, maximum = 2 }
    }
  }

  assert {
    condition     = azapi_resource.sign_in[0].body.properties.globalValidation.unauthenticatedClientAction == "Return401"
    error_message = "the gate must refuse callers without a token"
  }
  assert {
    condition     = contains(azapi_resource.sign_in[0].body.properties.globalValidation.excludedPaths, "/.well-known/oauth-protected-resource/mcp") && !contains(azapi_resource.sign_in[0].body.properties.globalValidation.excludedPaths, "/mcp")
    error_message = "the gate must leave the metadata open and nothing that answers calls"
  }
  assert {
    condition     = length(azapi_resource.sign_in[0].body.properties.identityProviders.azureActiveDirectory.validation.defaultAuthorizationPolicy.allowedApplications) == 3
    error_message = "the gate must let the known clients in"
  }

  assert {
    condition     = azurerm_container_app.this[0].workload_profile_name == "dedicated" && one(azurerm_container_app_environment.this[0].workload_profile).workload_profile_type == "D4"
    error_message = "the profile must be the one asked for"
  }
  assert {
    condition     = length(azurerm_role_assignment.image) == 0 && length(azurerm_container_app.this[0].registry) == 0
    error_message = "a public image needs no role"
  }
}

run "an_image_is_required" {
  command = plan

  variables {
    container = {}
  }

  expect_failures = [azurerm_container_app.this]
}
