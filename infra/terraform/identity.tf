# Two identities, so that what goes out to Azure DevOps carries no right in Azure, and the roles that
# the second one has here: each on one container, never on the account.

# Asks Azure DevOps, and vouches for the application; it has no role in Azure.
resource "azurerm_user_assigned_identity" "azure_devops" {
  name                = "id-${var.name}-devops"
  resource_group_name = local.resource_group
  location            = var.location
  tags                = var.tags
}

# Storage, telemetry, the package and the image; it is no user of Azure DevOps.
resource "azurerm_user_assigned_identity" "platform" {
  name                = "id-${var.name}-platform"
  resource_group_name = local.resource_group
  location            = var.location
  tags                = var.tags
}

resource "azurerm_role_assignment" "state" {
  scope                = azurerm_storage_container.state.id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = azurerm_user_assigned_identity.platform.principal_id
  principal_type       = "ServicePrincipal"
}

# The host makes the key when there is none, so that reading alone isn't enough.
resource "azurerm_role_assignment" "sealing_key" {
  scope                = azurerm_storage_container.sealing_key.id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = azurerm_user_assigned_identity.platform.principal_id
  principal_type       = "ServicePrincipal"
}

# The Functions host's package, locks and keys of its own.
resource "azurerm_role_assignment" "functions_host" {
  for_each = azurerm_storage_container.functions_host

  scope                = each.value.id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = azurerm_user_assigned_identity.platform.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "telemetry" {
  scope                = azurerm_application_insights.this.id
  role_definition_name = "Monitoring Metrics Publisher"
  principal_id         = azurerm_user_assigned_identity.platform.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "image" {
  count = local.on_container_apps && var.container.registry_id != null ? 1 : 0

  scope                = var.container.registry_id
  role_definition_name = "AcrPull"
  principal_id         = azurerm_user_assigned_identity.platform.principal_id
  principal_type       = "ServicePrincipal"
}
