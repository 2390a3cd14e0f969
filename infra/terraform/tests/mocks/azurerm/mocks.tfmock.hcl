mock_resource "azurerm_user_assigned_identity" {
  defaults = {
    id           = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-test"
    client_id    = "11111111-1111-4111-8111-111111111111"
    principal_id = "22222222-2222-4222-8222-222222222222"
  }
}

mock_resource "azurerm_storage_account" {
  defaults = {
    id                    = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/sttest"
    primary_blob_endpoint = "https://sttest.blob.core.windows.net/"
  }
}

mock_resource "azurerm_container_app_environment" {
  defaults = {
    id             = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.App/managedEnvironments/cae-test"
    default_domain = "happy-sea-1234.westeurope.azurecontainerapps.io"
  }
}

mock_resource "azurerm_application_insights" {
  defaults = {
    id                = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Insights/components/appi-test"
    connection_string = "InstrumentationKey=33333333-3333-4333-8333-333333333333"
  }
}

mock_resource "azurerm_log_analytics_workspace" {
  defaults = {
    id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log-test"
  }
}
