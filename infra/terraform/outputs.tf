output "url" {
  description = "The MCP endpoint."
  value       = local.mcp_url
}

output "mcp_json" {
  description = "Ready for VS Code: terraform output -raw mcp_json > .vscode/mcp.json"
  value       = jsonencode({ servers = { (var.name) = { type = "http", url = local.mcp_url } } })
}

output "client_id" {
  description = "Client id of the Entra application; clients that can't register themselves need it."
  value       = local.client_id
}

output "scope" {
  description = "What a client asks Entra for."
  value       = local.scope
}

output "user_group_object_id" {
  description = "The group whose members may ask."
  value       = azuread_group.users.object_id
}

output "identity" {
  description = "The managed identity that asks Azure DevOps, by client id and by object id."
  value = {
    client_id    = azurerm_user_assigned_identity.azure_devops.client_id
    principal_id = azurerm_user_assigned_identity.azure_devops.principal_id
  }
}

output "platform_identity" {
  description = "The managed identity for storage, telemetry and the image, by client id and by object id."
  value = {
    client_id    = azurerm_user_assigned_identity.platform.client_id
    principal_id = azurerm_user_assigned_identity.platform.principal_id
  }
}

output "resource_group_name" {
  description = "Where everything is."
  value       = local.resource_group
}

output "app_name" {
  description = "Name of the function app or the container app."
  value       = var.name
}

output "state_container" {
  description = "What replicas share."
  value       = local.state_container_url
}

output "application_insights_id" {
  description = "Where the audit trail is read."
  value       = azurerm_application_insights.this.id
}

output "publish_command" {
  description = "Functions only: what brings a package to the app, called in the unpacked package."
  value       = local.on_functions ? "func azure functionapp publish ${var.name} --custom" : null
}
