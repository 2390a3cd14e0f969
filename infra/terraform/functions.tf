# Azure Functions: Flex Consumption, where the host is a custom handler (infra/functions/host.json).

resource "azurerm_service_plan" "this" {
  count = local.on_functions ? 1 : 0

  name                = "plan-${var.name}"
  resource_group_name = local.resource_group
  location            = var.location
  tags                = var.tags
  os_type             = "Linux"
  sku_name            = "FC1"
}

resource "azurerm_function_app_flex_consumption" "this" {
  count = local.on_functions ? 1 : 0

  name                = var.name
  resource_group_name = local.resource_group
  location            = var.location
  tags                = var.tags
  service_plan_id     = one(azurerm_service_plan.this[*].id)

  storage_container_type            = "blobContainer"
  storage_container_endpoint        = "${azurerm_storage_account.this.primary_blob_endpoint}${azurerm_storage_container.functions_host["package"].name}"
  storage_authentication_type       = "UserAssignedIdentity"
  storage_user_assigned_identity_id = azurerm_user_assigned_identity.platform.id

  runtime_name    = "custom"
  runtime_version = "1.0"

  maximum_instance_count = var.functions.maximum_instances
  instance_memory_in_mb  = var.functions.memory_mb
  http_concurrency       = var.functions.http_concurrency

  https_only                                     = true
  webdeploy_publish_basic_authentication_enabled = false

  dynamic "always_ready" {
    for_each = var.functions.always_ready > 0 ? [var.functions.always_ready] : []

    content {
      name           = "http"
      instance_count = always_ready.value
    }
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.azure_devops.id, azurerm_user_assigned_identity.platform.id]
  }

  site_config {
    application_insights_connection_string = azurerm_application_insights.this.connection_string
    minimum_tls_version                    = "1.2"
    http2_enabled                          = true
  }

  app_settings = merge(local.host_settings, {
    # The provider writes a connection string here otherwise; there are no keys to put into one.
    AzureWebJobsStorage              = ""
    AzureWebJobsStorage__accountName = azurerm_storage_account.this.name
    AzureWebJobsStorage__credential  = "managedidentity"
    AzureWebJobsStorage__clientId    = azurerm_user_assigned_identity.platform.client_id

    APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "ClientId=${azurerm_user_assigned_identity.platform.client_id};Authorization=AAD"

    # The preview profile of host.json.
    AzureWebJobsFeatureFlags = "EnableMcpCustomHandlerPreview"

    # The platform's sign-in: where clients learn whom to ask, whose tokens count, no secret.
    WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES   = local.scope
    WEBSITE_AUTH_AAD_ALLOWED_TENANTS       = var.tenant_id
    OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID = azurerm_user_assigned_identity.azure_devops.client_id
  })

  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    require_https          = true
    unauthenticated_action = "Return401"
    default_provider       = "azureactivedirectory"
    excluded_paths         = local.health_paths

    active_directory_v2 {
      client_id                  = local.client_id
      tenant_auth_endpoint       = "https://login.microsoftonline.com/${var.tenant_id}/v2.0"
      client_secret_setting_name = "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID"
      allowed_audiences          = [local.client_id, local.app_uri]
      allowed_applications       = concat([local.client_id], sort(local.clients))
    }

    login {
      token_store_enabled = false
    }
  }

  depends_on = [
    azurerm_role_assignment.functions_host,
    azurerm_role_assignment.sealing_key,
    azurerm_role_assignment.state,
    azurerm_role_assignment.telemetry,
  ]
}
