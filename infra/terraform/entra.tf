# The application that people sign in to: its scope, its roles, who may ask for tokens and who may
# have one.

locals {
  visual_studio_code = "aebc6443-996d-45c2-90f0-388ff96faa56"
  azure_cli          = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
  clients            = setunion([local.visual_studio_code, local.azure_cli], var.additional_client_ids)

  # Ids need to be unique within the application only; made from names, they stay.
  scope_id = uuidv5("url", "adomcp/scopes/access_as_user")
  app_roles = {
    reader = {
      id          = uuidv5("url", "adomcp/roles/reader")
      description = "Asks about pipeline runs, failures and deployments."
    }
    operator = {
      id          = uuidv5("url", "adomcp/roles/operator")
      description = "Uses all tools, those that start runs too, and reads /metrics and /status."
    }
    admin = {
      id          = uuidv5("url", "adomcp/roles/admin")
      description = "Reads /metrics and /status, and operates the host; uses no tools by this alone."
    }
  }

  role_assignments = merge([
    for role, principals in var.role_principals : {
      for principal in principals : "${role}/${principal}" => { role = role, principal = principal }
    }
  ]...)

  # Azure DevOps and its delegated permission user_impersonation.
  azure_devops_app_id        = "499b84ac-1321-427f-aa17-267ca6975798"
  azure_devops_impersonation = "ee69721e-6c3a-468f-a9ec-302d16a4c599"

  # The platform's sign-in on Functions proves itself this way too.
  app_trusts_identity = var.on_behalf_of || local.on_functions
}

resource "azuread_application" "this" {
  display_name     = var.name
  description      = "Azure DevOps pipelines for AI assistants (adomcp)"
  sign_in_audience = "AzureADMyOrg"

  api {
    requested_access_token_version = 2

    oauth2_permission_scope {
      id                         = local.scope_id
      value                      = "access_as_user"
      type                       = "User"
      enabled                    = true
      admin_consent_display_name = "Use Azure DevOps pipelines through ${var.name}"
      admin_consent_description  = "Lets the client call ${var.name} as the person who signed in."
      user_consent_display_name  = "Use Azure DevOps pipelines through ${var.name}"
      user_consent_description   = "Lets the client call ${var.name} as you."
    }
  }

  dynamic "app_role" {
    for_each = local.app_roles

    content {
      id                   = app_role.value.id
      value                = app_role.key
      display_name         = app_role.key
      description          = app_role.value.description
      allowed_member_types = ["User"]
      enabled              = true
    }
  }

  public_client {
    redirect_uris = var.client_redirect_uris
  }

  dynamic "required_resource_access" {
    for_each = var.on_behalf_of ? [1] : []

    content {
      resource_app_id = local.azure_devops_app_id

      resource_access {
        id   = local.azure_devops_impersonation
        type = "Scope"
      }
    }
  }

  lifecycle {
    ignore_changes = [identifier_uris] # azuread_application_identifier_uri has it
  }
}

resource "azuread_application_identifier_uri" "this" {
  application_id = azuread_application.this.id
  identifier_uri = local.app_uri
}

resource "azuread_application_pre_authorized" "this" {
  for_each = local.clients

  application_id       = azuread_application.this.id
  authorized_client_id = each.value
  permission_ids       = [local.scope_id]
}

# Without an assignment nobody gets a token, whatever the host's rules say.
resource "azuread_service_principal" "this" {
  client_id                    = azuread_application.this.client_id
  app_role_assignment_required = true
}

resource "azuread_group" "users" {
  display_name     = "${var.name}-users"
  description      = "May ask ${var.name} about pipelines (app role reader)"
  security_enabled = true
}

resource "azuread_group_member" "users" {
  for_each = var.user_object_ids

  group_object_id  = azuread_group.users.object_id
  member_object_id = each.value
}

resource "azuread_app_role_assignment" "users" {
  app_role_id         = local.app_roles.reader.id
  principal_object_id = azuread_group.users.object_id
  resource_object_id  = azuread_service_principal.this.object_id
}

resource "azuread_app_role_assignment" "principals" {
  for_each = local.role_assignments

  app_role_id         = local.app_roles[each.value.role].id
  principal_object_id = each.value.principal
  resource_object_id  = azuread_service_principal.this.object_id
}

# --- Asking Azure DevOps in people's names, without a secret -----------------------------------

resource "azuread_application_federated_identity_credential" "identity" {
  count = local.app_trusts_identity ? 1 : 0

  application_id = azuread_application.this.id
  display_name   = "${var.name}-identity"
  description    = "The host proves itself with its managed identity instead of a secret"
  issuer         = "https://login.microsoftonline.com/${var.tenant_id}/v2.0"
  subject        = azurerm_user_assigned_identity.azure_devops.principal_id
  audiences      = ["api://AzureADTokenExchange"]
}

data "azuread_service_principal" "azure_devops" {
  count = var.on_behalf_of ? 1 : 0

  client_id = local.azure_devops_app_id
}

# Consent for everybody: who may sign in is decided above, what they may do by Azure DevOps itself.
resource "azuread_service_principal_delegated_permission_grant" "azure_devops" {
  count = var.on_behalf_of ? 1 : 0

  service_principal_object_id          = azuread_service_principal.this.object_id
  resource_service_principal_object_id = one(data.azuread_service_principal.azure_devops[*].object_id)
  claim_values                         = ["user_impersonation"]
}
