# The Functions deployment, as somebody gets it who sets little more than must be set.
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
  target                    = "functions"
  name                      = "contoso-adomcp"
  location                  = "westeurope"
  subscription_id           = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
  tenant_id                 = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
  azure_devops_organization = "contoso"
  azure_devops_projects     = [{ name = "Payments" }, { name = "Platform Tools", access = "view", readers = true }]
  alerts                    = { emails = ["on-call@example.com"] }

}

run "functions" {
  command = apply

  assert {
    condition     = length(azurerm_function_app_flex_consumption.this) == 1 && length(azurerm_container_app.this) == 0 && length(azurerm_container_app_environment.this) == 0
    error_message = "target functions must make a function app and nothing of Container Apps"
  }
  assert {
    condition     = azurerm_service_plan.this[0].sku_name == "FC1" && azurerm_service_plan.this[0].os_type == "Linux"
    error_message = "the plan must be Flex Consumption"
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].runtime_name == "custom" && azurerm_function_app_flex_consumption.this[0].runtime_version == "1.0"
    error_message = "the runtime must be that of custom handlers"
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].https_only && !azurerm_function_app_flex_consumption.this[0].webdeploy_publish_basic_authentication_enabled
    error_message = "the app must take HTTPS alone and no password"
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].storage_authentication_type == "UserAssignedIdentity" && azurerm_function_app_flex_consumption.this[0].storage_container_endpoint == "https://sttest.blob.core.windows.net/package"
    error_message = "the package must be read with the identity"
  }

  # Settings.
  # Exactly what config/azure.yaml reads, and what the platform reads; the connection string stands in site_config.
  assert {
    condition = jsonencode(azurerm_function_app_flex_consumption.this[0].app_settings) == jsonencode({
      ADOMCP_APP_ID_URI                         = "api://55555555-5555-4555-8555-555555555555"
      ADOMCP_AUTH_MODE                          = "easyauth"
      ADOMCP_CLIENT_ID                          = "55555555-5555-4555-8555-555555555555"
      ADOMCP_KEY_CONTAINER                      = "https://sttest.blob.core.windows.net/adomcp-keys"
      ADOMCP_PLATFORM_CLIENT_ID                 = "aaaa1111-1111-4111-8111-111111111111"
      ADOMCP_PUBLIC_URL                         = "https://contoso-adomcp.azurewebsites.net"
      ADOMCP_STATE_CONTAINER                    = "https://sttest.blob.core.windows.net/adomcp"
      ADOMCP_TRIGGER_BRANCHES                   = "main"
      ADOMCP_TRIGGER_PIPELINES                  = ""
      ADOMCP_TRUSTED_PROXIES                    = "127.0.0.1"
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "ClientId=aaaa1111-1111-4111-8111-111111111111;Authorization=AAD"
      AZURE_DEVOPS_ORG                          = "contoso"
      AZURE_DEVOPS_PROJECT                      = "Payments"
      AZURE_DEVOPS_PROJECTS                     = "Payments,Platform Tools"
      AZURE_MI_CLIENT_ID                        = "11111111-1111-4111-8111-111111111111"
      AZURE_TENANT_ID                           = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
      AzureWebJobsFeatureFlags                  = "EnableMcpCustomHandlerPreview"
      AzureWebJobsStorage                       = ""
      AzureWebJobsStorage__accountName          = azurerm_storage_account.this.name
      AzureWebJobsStorage__clientId             = "aaaa1111-1111-4111-8111-111111111111"
      AzureWebJobsStorage__credential           = "managedidentity"
      LOG_LEVEL                                 = "info"
      OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID    = "11111111-1111-4111-8111-111111111111"
      WEBSITE_AUTH_AAD_ALLOWED_TENANTS          = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
      WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES      = "api://55555555-5555-4555-8555-555555555555/access_as_user"
    })
    error_message = "the app settings are not those that config/azure.yaml and the platform read"
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].site_config[0].application_insights_connection_string == "InstrumentationKey=33333333-3333-4333-8333-333333333333"
    error_message = "APPLICATIONINSIGHTS_CONNECTION_STRING must be set"
  }

  # Sign in.
  assert {
    condition = alltrue([for auth in azurerm_function_app_flex_consumption.this[0].auth_settings_v2 :
    auth.auth_enabled && auth.require_authentication && auth.unauthenticated_action == "Return401"])
    error_message = "callers without a token must get 401"
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].auth_settings_v2[0].excluded_paths == tolist(["/api/health", "/healthz", "/readyz"])
    error_message = "only the health paths may be open"
  }
  assert {
    condition = (azurerm_function_app_flex_consumption.this[0].auth_settings_v2[0].active_directory_v2[0].allowed_audiences ==
    tolist(["55555555-5555-4555-8555-555555555555", "api://55555555-5555-4555-8555-555555555555"]))
    error_message = "tokens must be for this application"
  }
  assert {
    condition     = length(azurerm_function_app_flex_consumption.this[0].auth_settings_v2[0].active_directory_v2[0].allowed_applications) == 3
    error_message = "VS Code, the Azure CLI and the application itself may ask"
  }
  assert {
    condition     = !azurerm_function_app_flex_consumption.this[0].auth_settings_v2[0].login[0].token_store_enabled
    error_message = "the platform must not keep tokens"
  }

  # Roles.
  assert {
    condition     = azurerm_role_assignment.state.role_definition_name == "Storage Blob Data Contributor" && azurerm_role_assignment.state.scope == azurerm_storage_container.state.id
    error_message = "the identity must write the state container, and by this role nothing else"
  }
  assert {
    condition     = azurerm_role_assignment.sealing_key.role_definition_name == "Storage Blob Data Contributor" && azurerm_role_assignment.sealing_key.scope == azurerm_storage_container.sealing_key.id && azurerm_storage_container.sealing_key.name != azurerm_storage_container.state.name
    error_message = "the sealing key must have a container of its own"
  }
  assert {
    condition     = toset(keys(azurerm_role_assignment.functions_host)) == toset(["package", "azure-webjobs-hosts", "azure-webjobs-secrets"])
    error_message = "the Functions host must write its three containers"
  }
  assert {
    condition = alltrue([
      for name, role in azurerm_role_assignment.functions_host :
      role.role_definition_name == "Storage Blob Data Contributor" && role.scope == azurerm_storage_container.functions_host[name].id
    ])
    error_message = "its roles must be on these containers, never on the account"
  }
  assert {
    condition     = azurerm_role_assignment.telemetry.role_definition_name == "Monitoring Metrics Publisher" && azurerm_role_assignment.telemetry.scope == azurerm_application_insights.this.id
    error_message = "the identity must send telemetry"
  }
  assert {
    condition = alltrue([
      for role in concat([azurerm_role_assignment.state, azurerm_role_assignment.sealing_key, azurerm_role_assignment.telemetry], values(azurerm_role_assignment.functions_host)) :
      role.principal_id == "aaaa2222-2222-4222-8222-222222222222"
    ])
    error_message = "every role in Azure must be the platform's identity's"
  }
  assert {
    condition     = azuredevops_service_principal_entitlement.this[0].origin_id == "22222222-2222-4222-8222-222222222222"
    error_message = "Azure DevOps must know the other identity, which has no role in Azure"
  }
  assert {
    condition     = length(azurerm_function_app_flex_consumption.this[0].identity[0].identity_ids) == 2 && azurerm_function_app_flex_consumption.this[0].storage_user_assigned_identity_id == azurerm_user_assigned_identity.platform.id
    error_message = "the app must have both, and read its package with the platform's"
  }
  assert {
    condition     = length(azurerm_role_assignment.image) == 0
    error_message = "no image is pulled on Functions"
  }

  # Storage and telemetry without keys.
  assert {
    condition     = !azurerm_storage_account.this.shared_access_key_enabled && !azurerm_storage_account.this.allow_nested_items_to_be_public && !azurerm_storage_account.this.local_user_enabled
    error_message = "the storage account must have no keys and nothing public"
  }
  assert {
    condition     = azurerm_application_insights.this.local_authentication_disabled && azurerm_application_insights.this.sampling_percentage == 100
    error_message = "telemetry must come from identities and not be sampled"
  }
  assert {
    condition     = length(azurerm_storage_account.this.name) <= 24 && can(regex("^[a-z0-9]+$", azurerm_storage_account.this.name))
    error_message = "the storage account's name must be one that Azure takes"
  }
  assert {
    condition = (azapi_resource.lifecycle.body.properties.policy.rules[0].definition.filters.prefixMatch == ["adomcp/used/"]
    && azapi_resource.lifecycle.body.properties.policy.rules[0].definition.actions.baseBlob.delete.daysAfterModificationGreaterThan == 1)
    error_message = "used confirmations must go after a day, and nothing else"
  }

  assert {
    condition     = azurerm_storage_account.this.network_rules[0].default_action == "Allow" && length(azurerm_storage_account.this.network_rules[0].ip_rules) == 0
    error_message = "the network must be open unless told otherwise"
  }

  # Nothing may be started.
  assert {
    condition     = azuredevops_build_folder_permissions.least_privilege["Payments"].permissions["QueueBuilds"] == "NotSet"
    error_message = "the identity may queue nothing unless told otherwise"
  }

  # Alerts and workbook.
  assert {
    condition     = toset(keys(azurerm_monitor_scheduled_query_rules_alert_v2.this)) == toset(["failures", "denials", "audit-drops"])
    error_message = "failures, denials and lost audit records must alert"
  }
  assert {
    condition     = azurerm_monitor_scheduled_query_rules_alert_v2.this["audit-drops"].criteria[0].threshold == 0 && strcontains(azurerm_monitor_scheduled_query_rules_alert_v2.this["audit-drops"].criteria[0].query, "traces")
    error_message = "the first lost audit record must alert"
  }
  assert {
    condition     = alltrue([for rule in azurerm_monitor_scheduled_query_rules_alert_v2.this : length(rule.action[0].action_groups) == 1])
    error_message = "every alert must reach the people named"
  }
  assert {
    condition     = length(jsondecode(azurerm_application_insights_workbook.audit.data_json).items) == 7
    error_message = "the workbook must hold its time range and six queries"
  }
  assert {
    condition     = can(regex("^[0-9a-f-]{36}$", azurerm_application_insights_workbook.audit.name))
    error_message = "a workbook's name must be a GUID"
  }

  # Outputs.
  assert {
    condition     = output.url == "https://contoso-adomcp.azurewebsites.net/mcp"
    error_message = "the URL must be the MCP endpoint"
  }
  assert {
    condition     = jsondecode(output.mcp_json).servers["contoso-adomcp"] == { type = "http", url = "https://contoso-adomcp.azurewebsites.net/mcp" }
    error_message = "mcp.json must name the endpoint"
  }
}

run "choices" {
  command = apply

  variables {
    auth_mode           = "bearer"
    public_url          = "https://mcp.example.com/tools"
    resource_group_name = "existing"
    functions           = { always_ready = 2, memory_mb = 2048 }
    trigger             = { pipelines = ["12", "deploy-*"], branches = ["main", "release/*"] }
    app_id_uri          = "mcp_url"
    trusted_proxies     = ["10.0.0.0/8", "fd00::1"]
    storage_network     = { default_action = "Deny", ip_rules = ["203.0.113.7"] }
  }

  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].app_settings["ADOMCP_TRIGGER_PIPELINES"] == "12,deploy-*" && azurerm_function_app_flex_consumption.this[0].app_settings["ADOMCP_TRIGGER_BRANCHES"] == "main,release/*"
    error_message = "what may be started must be what was named"
  }
  assert {
    condition     = output.scope == "https://mcp.example.com/tools/mcp/access_as_user" && azuread_application_identifier_uri.this.identifier_uri == output.url && azurerm_function_app_flex_consumption.this[0].app_settings["ADOMCP_APP_ID_URI"] == output.url
    error_message = "the application's URI must be the MCP endpoint"
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].app_settings["ADOMCP_TRUSTED_PROXIES"] == "10.0.0.0/8,fd00::1"
    error_message = "proxies that were named must win"
  }
  assert {
    condition     = azurerm_storage_account.this.network_rules[0].default_action == "Deny" && azurerm_storage_account.this.network_rules[0].ip_rules == toset(["203.0.113.7"])
    error_message = "network rules must be those that were given"
  }

  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].app_settings["ADOMCP_AUTH_MODE"] == "bearer" && azurerm_function_app_flex_consumption.this[0].auth_settings_v2[0].require_authentication
    error_message = "bearer must leave the platform's sign-in on"
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].app_settings["ADOMCP_PUBLIC_URL"] == "https://mcp.example.com/tools" && output.url == "https://mcp.example.com/tools/mcp"
    error_message = "a URL of one's own must win"
  }
  assert {
    condition     = length(azurerm_resource_group.this) == 0 && azurerm_storage_account.this.resource_group_name == "existing"
    error_message = "an existing resource group must be used"
  }
  assert {
    condition     = [for ready in azurerm_function_app_flex_consumption.this[0].always_ready : ready.instance_count] == [2]
    error_message = "instances must be kept ready"
  }
}
