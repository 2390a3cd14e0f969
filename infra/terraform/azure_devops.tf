# The managed identity in Azure DevOps: a user of the organisation, and in each project of the
# allowlist as little as its tools need.

locals {
  managed_projects = var.manage_azure_devops ? local.projects : {}
  contributors     = { for name, project in local.managed_projects : name => project if project.access == "contributors" }
  least_privilege  = { for name, project in local.managed_projects : name => project if project.access != "contributors" }
  readers          = { for name, project in local.managed_projects : name => project if project.readers }
}

resource "azuredevops_service_principal_entitlement" "this" {
  count = var.manage_azure_devops ? 1 : 0

  origin_id            = azurerm_user_assigned_identity.azure_devops.principal_id
  origin               = "aad"
  account_license_type = var.azure_devops_license
  licensing_source     = "account"
}

data "azuredevops_project" "this" {
  for_each = local.managed_projects

  name = each.key
}

# --- Contributors: broad, they may change code and pipelines too --------------------------------

data "azuredevops_group" "contributors" {
  for_each = local.contributors

  project_id = data.azuredevops_project.this[each.key].id
  name       = "Contributors"
}

resource "azuredevops_group_membership" "contributors" {
  for_each = local.contributors

  group   = data.azuredevops_group.contributors[each.key].descriptor
  mode    = "add"
  members = [one(azuredevops_service_principal_entitlement.this[*].descriptor)]
}

# --- A group of its own that sees builds and, unless access is view, queues them ----------------

resource "azuredevops_group" "least_privilege" {
  for_each = local.least_privilege

  scope        = data.azuredevops_project.this[each.key].id
  display_name = var.name
  description  = "What the MCP host ${var.name} may do in this project; Terraform manages it"
}

resource "azuredevops_group_membership" "least_privilege" {
  for_each = local.least_privilege

  group   = azuredevops_group.least_privilege[each.key].descriptor
  mode    = "add"
  members = [one(azuredevops_service_principal_entitlement.this[*].descriptor)]
}

resource "azuredevops_project_permissions" "least_privilege" {
  for_each = local.least_privilege

  project_id = data.azuredevops_project.this[each.key].id
  principal  = azuredevops_group.least_privilege[each.key].descriptor
  replace    = false
  permissions = {
    GENERIC_READ      = "Allow"
    VIEW_TEST_RESULTS = "Allow"
  }
}

resource "azuredevops_build_folder_permissions" "least_privilege" {
  for_each = local.least_privilege

  project_id = data.azuredevops_project.this[each.key].id
  path       = "\\"
  principal  = azuredevops_group.least_privilege[each.key].descriptor
  replace    = false
  permissions = {
    ViewBuilds          = "Allow"
    ViewBuildDefinition = "Allow"
    QueueBuilds         = each.value.access == "queue" ? "Allow" : "NotSet"
  }
}

# --- Readers, for classic releases --------------------------------------------------------------

data "azuredevops_group" "readers" {
  for_each = local.readers

  project_id = data.azuredevops_project.this[each.key].id
  name       = "Readers"
}

resource "azuredevops_group_membership" "readers" {
  for_each = local.readers

  group   = data.azuredevops_group.readers[each.key].descriptor
  mode    = "add"
  members = [one(azuredevops_service_principal_entitlement.this[*].descriptor)]
}
