terraform {
  required_version = ">= 1.5"

  required_providers {
    # 4.55 is the version whose names this module was checked against. 5.x renames arguments used
    # here (README.md lists them) and is not tested.
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.55"
    }
    azuread = {
      source  = "hashicorp/azuread"
      version = ">= 3.0, < 4.0"
    }
    azuredevops = {
      source  = "microsoft/azuredevops"
      version = ">= 1.13, < 2.0"
    }
    # For what azurerm has no resource: the sign-in of Container Apps, and the storage account's
    # lifecycle rules by the same plain API.
    azapi = {
      source  = "azure/azapi"
      version = "~> 2.0"
    }
  }
}
