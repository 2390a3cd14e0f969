mock_resource "azuread_application" {
  defaults = {
    id        = "/applications/44444444-4444-4444-8444-444444444444"
    client_id = "55555555-5555-4555-8555-555555555555"
  }
}

mock_resource "azuread_service_principal" {
  defaults = {
    object_id = "66666666-6666-4666-8666-666666666666"
  }
}

mock_resource "azuread_group" {
  defaults = {
    object_id = "77777777-7777-4777-8777-777777777777"
  }
}

mock_data "azuread_service_principal" {
  defaults = {
    object_id = "88888888-8888-4888-8888-888888888888"
  }
}
