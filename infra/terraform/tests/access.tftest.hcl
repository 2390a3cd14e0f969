# Who may sign in, and what the identity may do in Azure DevOps; the same for both targets.
mock_provider "azurerm" {
  source = "./tests/mocks/azurerm"
}
mock_provider "azuread" {
  source = "./tests/mocks/azuread"
}
mock_provider "azuredevops" {
  source = "./tests/mocks/azuredevops"
}
mock_provider "azapi" {
  source = "./tests/mocks/azapi"
}

variables {
  target                    = "functions"
  name                      = "contoso-adomcp"
  location                  = "westeurope"
  subscription_id           = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
  tenant_id                 = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
  azure_devops_organization = "contoso"
  azure_devops_projects     = [{ name = "Payments" }, { name = "Platform Tools", access = "view", readers = true }]

}

run "no_more_than_asked_for" {
  command = apply

  variables {
    manage_azure_devops = false
  }

  assert {
    condition     = azuread_application.this.sign_in_audience == "AzureADMyOrg" && azuread_application.this.api[0].requested_access_token_version == 2
    error_message = "the application must be of this directory and ask for tokens of version 2"
  }
  assert {
    condition     = [for scope in azuread_application.this.api[0].oauth2_permission_scope : [scope.value, scope.type]] == [["access_as_user", "User"]]
    error_message = "there must be the one scope"
  }
  assert {
    condition     = toset([for role in azuread_application.this.app_role : role.value]) == toset(["reader", "operator", "admin"]) && length(distinct([for role in azuread_application.this.app_role : role.id])) == 3
    error_message = "the app roles must be reader, operator and admin, each with an id of its own"
  }
  assert {
    condition     = azuread_application_identifier_uri.this.identifier_uri == "api://55555555-5555-4555-8555-555555555555"
    error_message = "the application must have its URI"
  }
  assert {
    condition     = toset(keys(azuread_application_pre_authorized.this)) == toset(["aebc6443-996d-45c2-90f0-388ff96faa56", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"])
    error_message = "VS Code and the Azure CLI must be pre-authorised, and nobody else"
  }
  assert {
    condition     = alltrue([for client in azuread_application_pre_authorized.this : client.permission_ids == toset([tolist(azuread_application.this.api[0].oauth2_permission_scope)[0].id])])
    error_message = "they must be pre-authorised for the scope"
  }
  assert {
    condition     = azuread_service_principal.this.app_role_assignment_required
    error_message = "nobody may sign in without an assignment"
  }
  assert {
    condition     = length(azuread_application.this.password) == 0
    error_message = "the application must have no secret"
  }

  # No asking in peoples names unless wanted.
  assert {
    condition     = length(azuread_service_principal_delegated_permission_grant.azure_devops) == 0 && length(azuread_application.this.required_resource_access) == 0
    error_message = "no permission may be asked for"
  }

  assert {
    condition     = length(azuredevops_service_principal_entitlement.this) + length(azuredevops_group.least_privilege) + length(azuredevops_group_membership.least_privilege) + length(azuredevops_group_membership.readers) == 0
    error_message = "nothing of Azure DevOps may be touched"
  }
}

run "everything_asked_for" {
  command = apply

  variables {
    additional_client_ids = ["cccccccc-cccc-4ccc-8ccc-cccccccccccc"]
    user_object_ids       = ["dddddddd-dddd-4ddd-8ddd-dddddddddddd"]
    role_principals = {
      operator = ["eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee"]
      admin    = ["eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee", "ffffffff-ffff-4fff-8fff-ffffffffffff"]
    }
    on_behalf_of = true
    azure_devops_projects = [
      { name = "Payments", access = "queue" },
      { name = "Platform Tools", access = "view", readers = true },
      { name = "Legacy", access = "contributors" },
    ]
  }

  # People.
  assert {
    condition     = contains(keys(azuread_application_pre_authorized.this), "cccccccc-cccc-4ccc-8ccc-cccccccccccc") && contains(azurerm_function_app_flex_consumption.this[0].auth_settings_v2[0].active_directory_v2[0].allowed_applications, "cccccccc-cccc-4ccc-8ccc-cccccccccccc")
    error_message = "a further client must be pre-authorised and let through the gate"
  }
  assert {
    condition     = azuread_app_role_assignment.users.principal_object_id == azuread_group.users.object_id && contains([for role in azuread_application.this.app_role : role.id if role.value == "reader"], azuread_app_role_assignment.users.app_role_id)
    error_message = "the user group must have the role reader"
  }
  assert {
    condition     = [for member in azuread_group_member.users : member.member_object_id] == ["dddddddd-dddd-4ddd-8ddd-dddddddddddd"]
    error_message = "people named must be in the user group"
  }
  assert {
    condition = toset(keys(azuread_app_role_assignment.principals)) == toset([
      "operator/eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee", "admin/eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee", "admin/ffffffff-ffff-4fff-8fff-ffffffffffff",
    ])
    error_message = "each principal must have each role it was given"
  }
  assert {
    condition = alltrue([for key, assignment in azuread_app_role_assignment.principals :
    contains([for role in azuread_application.this.app_role : role.id if role.value == split("/", key)[0]], assignment.app_role_id)])
    error_message = "the roles must be the ones named"
  }

  # On behalf of.
  assert {
    condition = (azuread_application_federated_identity_credential.identity[0].subject == "22222222-2222-4222-8222-222222222222"
      && azuread_application_federated_identity_credential.identity[0].issuer == "https://login.microsoftonline.com/bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb/v2.0"
    && azuread_application_federated_identity_credential.identity[0].audiences == tolist(["api://AzureADTokenExchange"]))
    error_message = "the application must trust the identity, by object id"
  }
  assert {
    condition     = one(azuread_application.this.required_resource_access).resource_app_id == "499b84ac-1321-427f-aa17-267ca6975798"
    error_message = "the permission must be that of Azure DevOps"
  }
  assert {
    condition     = azuread_service_principal_delegated_permission_grant.azure_devops[0].claim_values == toset(["user_impersonation"])
    error_message = "consent must be given for user_impersonation alone"
  }

  # Azure DevOps.
  assert {
    condition     = azuredevops_service_principal_entitlement.this[0].origin_id == "22222222-2222-4222-8222-222222222222" && azuredevops_service_principal_entitlement.this[0].account_license_type == "express"
    error_message = "the identity must be a user of the organisation, by object id"
  }
  assert {
    condition     = toset(keys(azuredevops_group.least_privilege)) == toset(["Payments", "Platform Tools"]) && toset(keys(azuredevops_group_membership.contributors)) == toset(["Legacy"])
    error_message = "each project must have the membership asked for, and no other"
  }
  assert {
    condition = (azuredevops_build_folder_permissions.least_privilege["Payments"].permissions == tomap({ ViewBuilds = "Allow", ViewBuildDefinition = "Allow", QueueBuilds = "Allow" })
    && azuredevops_build_folder_permissions.least_privilege["Platform Tools"].permissions["QueueBuilds"] == "NotSet")
    error_message = "only projects with access queue may let runs be started"
  }
  assert {
    condition     = keys(azuredevops_group_membership.readers) == ["Platform Tools"]
    error_message = "only projects with readers may make the identity a reader"
  }
  assert {
    condition = alltrue([
      for membership in concat(values(azuredevops_group_membership.least_privilege), values(azuredevops_group_membership.contributors), values(azuredevops_group_membership.readers)) :
      membership.mode == "add" && membership.members == toset(["aadsp.identity"])
    ])
    error_message = "memberships must add the identity and remove nobody"
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].app_settings["AZURE_DEVOPS_PROJECTS"] == "Payments,Platform Tools,Legacy"
    error_message = "the host's allowlist must be the same list"
  }
}
