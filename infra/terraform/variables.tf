# --- What and where ---------------------------------------------------------------------------

variable "target" {
  description = "Where the host runs: functions (Flex Consumption, custom handler) or container_apps."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["functions", "container_apps"], var.target)
    error_message = "target must be functions or container_apps."
  }
}

variable "name" {
  description = "Name of the deployment. On Functions it is also the first label of the URL, so it must be free in all of Azure."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,28}[a-z0-9]$", var.name)) && !can(regex("--", var.name))
    error_message = "name must have 3 to 30 characters: lower-case letters, digits and single dashes, beginning with a letter and not ending with a dash."
  }
}

variable "location" {
  description = "Azure region, for example westeurope."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "location must be a region's short name, such as westeurope."
  }
}

variable "subscription_id" {
  description = "Subscription that holds everything."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", lower(var.subscription_id)))
    error_message = "subscription_id must be a GUID."
  }
}

variable "tenant_id" {
  description = "Entra directory whose people sign in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", lower(var.tenant_id)))
    error_message = "tenant_id must be a GUID."
  }
}

variable "resource_group_name" {
  description = "Existing resource group to use; null creates rg-<name>."
  type        = string
  default     = null

  validation {
    condition     = var.resource_group_name == null || can(regex("^[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]$", var.resource_group_name))
    error_message = "resource_group_name must be a resource group's name, not its id."
  }
}

variable "tags" {
  description = "Tags for every Azure resource that takes some."
  type        = map(string)
  default     = {}
  nullable    = false
}

# --- Azure DevOps -----------------------------------------------------------------------------

variable "azure_devops_organization" {
  description = "Name of the Azure DevOps organisation, not its URL."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?$", var.azure_devops_organization))
    error_message = "azure_devops_organization must be the organisation's name, not its URL."
  }
}

variable "azure_devops_projects" {
  description = <<-TEXT
    The projects that may be touched; the first is the default. The list is both the host's allowlist and what the
    managed identity gets rights in.
      access   view: view builds only (the default). queue: view and queue builds. contributors: member of Contributors.
      readers  true adds the identity to the project's Readers too, which list_deployments needs; they may read code.
  TEXT
  type = list(object({
    name    = string
    access  = optional(string, "view")
    readers = optional(bool, false)
  }))
  nullable = false

  validation {
    condition     = length(var.azure_devops_projects) > 0
    error_message = "azure_devops_projects must name at least one project: an empty allowlist would allow nothing."
  }
  validation {
    condition = alltrue([
      for project in var.azure_devops_projects :
      length(project.name) <= 64 && can(regex("^[^\\\\/:*?\"<>|;#$${},+=\\[\\]%&\\s]([^\\\\/:*?\"<>|;#$${},+=\\[\\]%&]*[^\\\\/:*?\"<>|;#$${},+=\\[\\]%&\\s])?$", project.name))
      && !contains([".", ".."], project.name)
    ])
    error_message = "azure_devops_projects holds a name that Azure DevOps does not take."
  }
  validation {
    condition     = length(distinct([for project in var.azure_devops_projects : lower(project.name)])) == length(var.azure_devops_projects)
    error_message = "azure_devops_projects names a project twice."
  }
  validation {
    condition     = alltrue([for project in var.azure_devops_projects : contains(["queue", "view", "contributors"], project.access)])
    error_message = "access must be queue, view or contributors."
  }
}

variable "manage_azure_devops" {
  description = "false leaves the entitlement and the memberships to somebody else: who runs Terraform then needs no rights in Azure DevOps."
  type        = bool
  default     = true
  nullable    = false
}

variable "azure_devops_license" {
  description = "Licence of the managed identity: express (Basic) or stakeholder."
  type        = string
  default     = "express"
  nullable    = false

  validation {
    condition     = contains(["express", "stakeholder"], var.azure_devops_license)
    error_message = "azure_devops_license must be express or stakeholder."
  }
}

variable "on_behalf_of" {
  description = "Lets the application ask Azure DevOps in people's names: the permission, its consent and the federated credential. config/azure.yaml says which calls use it."
  type        = bool
  default     = false
  nullable    = false
}

# --- Who may sign in --------------------------------------------------------------------------

variable "additional_client_ids" {
  description = "Client applications beside VS Code and the Azure CLI that may ask for tokens without another consent."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.additional_client_ids : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id))])
    error_message = "additional_client_ids must be GUIDs in lower case."
  }
}

variable "client_redirect_uris" {
  description = "Where clients return to that sign in with this application's own client id."
  type        = set(string)
  default     = ["http://127.0.0.1:33418/", "https://vscode.dev/redirect"]
  nullable    = false

  validation {
    condition     = alltrue([for uri in var.client_redirect_uris : can(regex("^(https://|http://(127\\.0\\.0\\.1|localhost)[:/])", uri))])
    error_message = "client_redirect_uris must be https, or http for a loopback name."
  }
}

variable "user_object_ids" {
  description = "Object ids of people for the user group that is made here; the group has the role reader."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.user_object_ids : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id))])
    error_message = "user_object_ids must be object ids in lower case."
  }
}

variable "role_principals" {
  description = "Object ids of existing groups or people for each app role, beside the user group that is made here."
  type = object({
    reader   = optional(set(string), [])
    operator = optional(set(string), [])
    admin    = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for id in setunion(var.role_principals.reader, var.role_principals.operator, var.role_principals.admin) :
      can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id))
    ])
    error_message = "role_principals must hold object ids in lower case."
  }
}

variable "app_id_uri" {
  description = "The application's URI in Entra: api (api://CLIENT_ID), or mcp_url: the MCP endpoint, which clients need that name it as the resource (AADSTS9010010 otherwise). Entra takes a URL of a verified domain only, so set public_url to one."
  type        = string
  default     = "api"
  nullable    = false

  validation {
    condition     = contains(["api", "mcp_url"], var.app_id_uri)
    error_message = "app_id_uri must be api or mcp_url."
  }
}

variable "auth_mode" {
  description = "Functions only. easyauth also compares the platform's sign-in with the token; bearer checks the token alone. The platform's sign-in is on in both."
  type        = string
  default     = "easyauth"
  nullable    = false

  validation {
    condition     = contains(["easyauth", "bearer"], var.auth_mode)
    error_message = "auth_mode must be easyauth or bearer; open servers are not deployed."
  }
}

variable "container_apps_sign_in" {
  description = "Container Apps only. true puts the platform's sign-in before the host's own. It hides the host's 401, so clients must know the metadata path."
  type        = bool
  default     = false
  nullable    = false
}

# --- The host ---------------------------------------------------------------------------------

variable "public_url" {
  description = "How clients reach the host, when a custom domain or a gateway is in front; null is the platform's own name."
  type        = string
  default     = null

  validation {
    condition     = var.public_url == null || can(regex("^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?$", var.public_url))
    error_message = "public_url must be an https URL without query and without a slash at its end."
  }
}

variable "trigger" {
  description = <<-TEXT
    What may be started in the first project, each time after a person confirmed it. By default nothing.
      pipelines  ids or name patterns with * and ?; the identity also needs access "queue" there
      branches   patterns such as main or release/*
  TEXT
  type = object({
    pipelines = optional(list(string), [])
    branches  = optional(list(string), ["main"])
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for text in concat(var.trigger.pipelines, var.trigger.branches) : can(regex("^[^,\\s]([^,]*[^,\\s])?$", text))])
    error_message = "trigger: pipelines and branches must not be empty or hold a comma."
  }
  validation {
    condition     = length(var.trigger.branches) > 0
    error_message = "trigger.branches must name at least one branch; to let nothing be started leave pipelines empty."
  }
}

variable "trusted_proxies" {
  description = "Addresses and CIDR ranges whose X-Forwarded-For is believed; null is the platform's own proxy: 127.0.0.1 on Functions, 100.100.0.0/16 on Container Apps."
  type        = list(string)
  default     = null

  validation {
    condition     = var.trusted_proxies == null || try(length(var.trusted_proxies) > 0, false) && alltrue([for network in coalesce(var.trusted_proxies, []) : can(cidrhost(strcontains(network, "/") ? network : "${network}/${strcontains(network, ":") ? 128 : 32}", 0)) && !endswith(network, "/0")])
    error_message = "trusted_proxies must be at least one IP address or range such as 10.0.0.0/8, never everybody; to believe nobody name an address that never calls, such as 192.0.2.1."
  }
}

variable "log_level" {
  description = "Of the host's own log: trace, debug, info, warn or error."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["trace", "debug", "info", "warn", "error"], var.log_level)
    error_message = "log_level must be trace, debug, info, warn or error."
  }
}

variable "functions" {
  description = <<-TEXT
    Functions only.
      maximum_instances  40 to 1000
      memory_mb          of an instance: 512, 2048 or 4096
      always_ready       instances that never sleep; 0 means cold starts
      http_concurrency   calls at a time on one instance, before another one starts
  TEXT
  type = object({
    maximum_instances = optional(number, 40)
    memory_mb         = optional(number, 512)
    always_ready      = optional(number, 0)
    http_concurrency  = optional(number, 64)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.functions.maximum_instances >= 40 && var.functions.maximum_instances <= 1000
    error_message = "functions.maximum_instances must be 40 to 1000."
  }
  validation {
    condition     = contains([512, 2048, 4096], var.functions.memory_mb)
    error_message = "functions.memory_mb must be 512, 2048 or 4096."
  }
  validation {
    condition     = var.functions.always_ready >= 0 && var.functions.always_ready <= var.functions.maximum_instances
    error_message = "functions.always_ready must be 0 to maximum_instances."
  }
  validation {
    condition     = var.functions.http_concurrency >= 1 && var.functions.http_concurrency <= 1000
    error_message = "functions.http_concurrency must be 1 to 1000."
  }
}

variable "container" {
  description = <<-TEXT
    Container Apps only.
      image                with registry and tag, or better a digest; required
      registry_id          resource id of the Azure Container Registry that holds it; null: anybody may pull it
      cpu, memory          of one replica
      minimum, maximum     replicas
      concurrent_requests  of one replica, before another one starts
      workload_profile     Consumption, or a dedicated one with its own number of machines
  TEXT
  type = object({
    image               = optional(string)
    registry_id         = optional(string)
    cpu                 = optional(number, 0.25)
    memory              = optional(string, "0.5Gi")
    minimum             = optional(number, 1)
    maximum             = optional(number, 5)
    concurrent_requests = optional(number, 64)
    workload_profile = optional(object({
      name    = optional(string, "Consumption")
      type    = optional(string, "Consumption")
      minimum = optional(number)
      maximum = optional(number)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.container.image == null || can(regex("^[a-z0-9.-]+(:[0-9]+)?/[a-z0-9._/-]+(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64})$", var.container.image))
    error_message = "container.image must hold registry, name and a tag or digest."
  }
  validation {
    condition     = var.container.registry_id == null || can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.ContainerRegistry/registries/[^/]+$", var.container.registry_id))
    error_message = "container.registry_id must be the resource id of a container registry."
  }
  validation {
    condition     = var.container.minimum >= 0 && var.container.maximum >= 1 && var.container.minimum <= var.container.maximum
    error_message = "container.minimum must not be above container.maximum."
  }
  validation {
    condition     = var.container.concurrent_requests >= 1
    error_message = "container.concurrent_requests must be at least 1."
  }
  validation {
    condition     = (var.container.workload_profile.type == "Consumption") == (var.container.workload_profile.name == "Consumption")
    error_message = "container.workload_profile: the name Consumption and the type Consumption belong together."
  }
}

# --- Storage, logs and alerts -----------------------------------------------------------------

variable "storage_replication" {
  description = "Copies of the storage account: LRS, ZRS, GRS or GZRS."
  type        = string
  default     = "LRS"
  nullable    = false

  validation {
    condition     = contains(["LRS", "ZRS", "GRS", "GZRS"], var.storage_replication)
    error_message = "storage_replication must be LRS, ZRS, GRS or GZRS."
  }
}

variable "storage_network" {
  description = <<-TEXT
    Who may reach the storage account at all, whatever their rights.
      default_action  Allow (the default: neither platform has a network of its own here) or Deny
      ip_rules        public addresses and ranges that may
      subnet_ids      subnets that may, with a service endpoint for Microsoft.Storage
      bypass          Azure services that may: AzureServices, Logging, Metrics, or None
  TEXT
  type = object({
    default_action = optional(string, "Allow")
    ip_rules       = optional(set(string), [])
    subnet_ids     = optional(set(string), [])
    bypass         = optional(set(string), ["AzureServices"])
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["Allow", "Deny"], var.storage_network.default_action)
    error_message = "storage_network.default_action must be Allow or Deny."
  }
  validation {
    condition     = alltrue([for range in var.storage_network.ip_rules : can(regex("^[0-9]{1,3}(\\.[0-9]{1,3}){3}(/([0-9]|[12][0-9]|30))?$", range))])
    error_message = "storage_network.ip_rules must be public IPv4 addresses, or ranges up to /30."
  }
  validation {
    condition     = alltrue([for id in var.storage_network.subnet_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Network/virtualNetworks/[^/]+/subnets/[^/]+$", id))])
    error_message = "storage_network.subnet_ids must be resource ids of subnets."
  }
  validation {
    condition     = alltrue([for service in var.storage_network.bypass : contains(["AzureServices", "Logging", "Metrics", "None"], service)])
    error_message = "storage_network.bypass must hold AzureServices, Logging, Metrics or None."
  }
}

variable "log_retention_days" {
  description = "How long logs and the audit trail are kept, 30 to 730 days."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.log_retention_days >= 30 && var.log_retention_days <= 730
    error_message = "log_retention_days must be 30 to 730."
  }
}

variable "log_daily_cap_gb" {
  description = "Most that is taken in a day. A full cap loses audit copies, so -1 (no cap) is the default."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.log_daily_cap_gb == -1 || var.log_daily_cap_gb > 0
    error_message = "log_daily_cap_gb must be -1 or above 0."
  }
}

variable "alerts" {
  description = <<-TEXT
    Alerts look back 15 minutes, every 5 minutes.
      emails            who is written to
      action_group_ids  existing action groups, beside the one for emails
      failures          calls that failed, timed out, crashed or ended unknown, above which one is sent
      denials           refused calls and failed sign-ins, above which one is sent
    Lost audit records alert from the first one.
  TEXT
  type = object({
    emails           = optional(set(string), [])
    action_group_ids = optional(set(string), [])
    failures         = optional(number, 10)
    denials          = optional(number, 20)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for email in var.alerts.emails : can(regex("^[^@\\s]+@[^@\\s]+$", email))])
    error_message = "alerts.emails must be e-mail addresses."
  }
  validation {
    condition     = var.alerts.failures >= 0 && var.alerts.denials >= 0
    error_message = "alerts: thresholds must not be negative."
  }
}
