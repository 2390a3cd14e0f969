# What config/azure.yaml reads from the environment, and the names that several files share.

locals {
  on_functions      = var.target == "functions"
  on_container_apps = var.target == "container_apps"

  resource_group = one(concat(azurerm_resource_group.this[*].name, compact([var.resource_group_name])))

  projects     = { for project in var.azure_devops_projects : project.name => project }
  client_id    = azuread_application.this.client_id
  app_uri      = var.app_id_uri == "mcp_url" ? local.mcp_url : "api://${azuread_application.this.client_id}"
  scope        = "${local.app_uri}/access_as_user"
  port         = 7071
  health_paths = ["/api/health", "/healthz", "/readyz"]

  platform_url = (local.on_functions
    ? "https://${var.name}.azurewebsites.net"
    : "https://${var.name}.${one(azurerm_container_app_environment.this[*].default_domain)}"
  )
  public_url = coalesce(var.public_url, local.platform_url)
  mcp_url    = "${local.public_url}/mcp"

  state_container_url = "${azurerm_storage_account.this.primary_blob_endpoint}${azurerm_storage_container.state.name}"
  key_container_url   = "${azurerm_storage_account.this.primary_blob_endpoint}${azurerm_storage_container.sealing_key.name}"

  # On Functions the platform's proxy is on the same machine. A container app's ingress calls from the
  # range that the platform keeps for itself.
  trusted_proxies = coalesce(var.trusted_proxies, local.on_functions ? ["127.0.0.1"] : ["100.100.0.0/16"])

  # APPLICATIONINSIGHTS_CONNECTION_STRING comes beside these: each platform has its own place for it.
  host_settings = merge({
    ADOMCP_PUBLIC_URL         = local.public_url
    ADOMCP_AUTH_MODE          = local.on_functions ? var.auth_mode : "bearer"
    ADOMCP_CLIENT_ID          = local.client_id
    ADOMCP_APP_ID_URI         = local.app_uri
    ADOMCP_STATE_CONTAINER    = local.state_container_url
    ADOMCP_KEY_CONTAINER      = local.key_container_url
    ADOMCP_PLATFORM_CLIENT_ID = azurerm_user_assigned_identity.platform.client_id
    ADOMCP_TRUSTED_PROXIES    = join(",", local.trusted_proxies)
    ADOMCP_TRIGGER_PIPELINES  = join(",", var.trigger.pipelines)
    ADOMCP_TRIGGER_BRANCHES   = join(",", var.trigger.branches)
    AZURE_TENANT_ID           = var.tenant_id
    AZURE_MI_CLIENT_ID        = azurerm_user_assigned_identity.azure_devops.client_id
    AZURE_DEVOPS_ORG          = var.azure_devops_organization
    AZURE_DEVOPS_PROJECT      = var.azure_devops_projects[0].name
    AZURE_DEVOPS_PROJECTS     = join(",", var.azure_devops_projects[*].name)
    LOG_LEVEL                 = var.log_level
    }, local.on_container_apps ? {
    # On Functions the platform hands over the port, and the host stays on loopback behind it.
    ADOMCP_LISTEN = "0.0.0.0:${local.port}"
  } : {})
}

resource "azurerm_resource_group" "this" {
  count = var.resource_group_name == null ? 1 : 0

  name     = "rg-${var.name}"
  location = var.location
  tags     = var.tags
}
