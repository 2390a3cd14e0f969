mock_resource "azuredevops_service_principal_entitlement" {
  defaults = {
    descriptor = "aadsp.identity"
  }
}

mock_data "azuredevops_project" {
  defaults = {
    id = "99999999-9999-4999-8999-999999999999"
  }
}

mock_data "azuredevops_group" {
  defaults = {
    descriptor = "vssgp.built-in"
  }
}

mock_resource "azuredevops_group" {
  defaults = {
    descriptor = "vssgp.least-privilege"
  }
}
