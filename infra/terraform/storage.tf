# One storage account, without keys: what replicas share, and on Functions the package.

locals {
  # 24 characters at most, free in all of Azure, the same at each run.
  storage_name = "st${substr(replace(var.name, "-", ""), 0, 16)}${substr(sha256("${var.subscription_id}/${var.name}"), 0, 6)}"
}

resource "azurerm_storage_account" "this" {
  name                = local.storage_name
  resource_group_name = local.resource_group
  location            = var.location
  tags                = var.tags

  account_kind             = "StorageV2"
  account_tier             = "Standard"
  account_replication_type = var.storage_replication

  shared_access_key_enabled        = false
  default_to_oauth_authentication  = true
  local_user_enabled               = false
  allow_nested_items_to_be_public  = false
  cross_tenant_replication_enabled = false
  https_traffic_only_enabled       = true
  min_tls_version                  = "TLS1_2"

  network_rules {
    default_action             = var.storage_network.default_action
    ip_rules                   = var.storage_network.ip_rules
    virtual_network_subnet_ids = var.storage_network.subnet_ids
    bypass                     = var.storage_network.bypass
  }
}

resource "azurerm_storage_container" "state" {
  name                  = "adomcp"
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"
}

# Who reads it can make confirmations, so it lies apart from what many need.
resource "azurerm_storage_container" "sealing_key" {
  name                  = "adomcp-keys"
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"
}

# The package, and the two that the Functions host makes for itself where it may; here it may not.
resource "azurerm_storage_container" "functions_host" {
  for_each = toset(local.on_functions ? ["package", "azure-webjobs-hosts", "azure-webjobs-secrets"] : [])

  name                  = each.value
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"
}

# A used confirmation counts for minutes; its blob goes after a day.
resource "azapi_resource" "lifecycle" {
  type      = "Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01"
  name      = "default"
  parent_id = azurerm_storage_account.this.id

  body = {
    properties = {
      policy = {
        rules = [{
          name    = "used-confirmations"
          enabled = true
          type    = "Lifecycle"
          definition = {
            filters = {
              blobTypes   = ["blockBlob"]
              prefixMatch = ["${azurerm_storage_container.state.name}/used/"]
            }
            actions = {
              baseBlob = {
                delete = { daysAfterModificationGreaterThan = 1 }
              }
            }
          }
        }]
      }
    }
  }
}
