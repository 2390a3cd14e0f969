# Who runs Terraform signs in with `az login` or with the pipeline's own federated identity: no
# provider gets a secret here.

provider "azurerm" {
  subscription_id     = var.subscription_id
  tenant_id           = var.tenant_id
  storage_use_azuread = true # the storage account has no keys

  features {}
}

provider "azuread" {
  tenant_id = var.tenant_id
}

provider "azuredevops" {
  org_service_url = "https://dev.azure.com/${var.azure_devops_organization}"
}

provider "azapi" {
  subscription_id = var.subscription_id
  tenant_id       = var.tenant_id
}
