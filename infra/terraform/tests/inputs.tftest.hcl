# Wrong input is refused before anything is made: one mistake a variable in each run, each refused.
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

run "mistakes_1" {
  command = plan

  variables {
    target                    = "virtual_machine"                       # bad target
    azure_devops_projects     = []                                      # no projects
    azure_devops_organization = "https://dev.azure.com/contoso"         # organization as url
    azure_devops_license      = "enterprise"                            # unknown license
    name                      = "a-name-of-more-than-thirty-characters" # name too long
    location                  = "West Europe"                           # location by title
    subscription_id           = "production"                            # subscription by name
    tenant_id                 = "contoso.onmicrosoft.com"               # tenant by domain
    resource_group_name       = "/subscriptions/s/resourceGroups/rg"    # resource group by id
    auth_mode                 = "none"                                  # open server
    app_id_uri                = "https://example.com"                   # URI written out
    public_url                = "http://mcp.example.com"                # plain http
    additional_client_ids     = ["claude"]                              # client by name
    client_redirect_uris      = ["http://example.com/"]                 # redirect to a stranger
    user_object_ids           = ["somebody@example.com"]                # user by address
    role_principals           = { operator = ["release managers"] }     # role by name
    log_level                 = "verbose"                               # unknown log level
    functions                 = { maximum_instances = 10 }              # too few instances
    container                 = { image = "contoso.azurecr.io/adomcp" } # image without a tag
    storage_replication       = "Premium"                               # unknown replication
    log_retention_days        = 7                                       # short retention
    log_daily_cap_gb          = 0                                       # cap of nothing
    alerts                    = { emails = ["on call"] }                # alert to nobody
    trigger                   = { pipelines = ["12,13"] }               # two pipelines in one text
    trusted_proxies           = ["0.0.0.0/0"]                           # everybody a proxy
    storage_network           = { default_action = "Open" }             # unknown action
  }

  expect_failures = [
    var.target, var.azure_devops_projects, var.azure_devops_organization, var.azure_devops_license, var.name,
    var.location, var.subscription_id, var.tenant_id, var.resource_group_name, var.auth_mode, var.app_id_uri, var.public_url,
    var.additional_client_ids, var.client_redirect_uris, var.user_object_ids, var.role_principals, var.log_level,
    var.functions, var.container, var.storage_replication, var.log_retention_days, var.log_daily_cap_gb, var.alerts, var.trigger,
    var.trusted_proxies, var.storage_network,
  ]
}

run "mistakes_2" {
  command = plan

  variables {
    azure_devops_projects = [{ name = "Payments" }, { name = "payments" }] # project twice
    name                  = "Contoso"                                      # name in capitals
    public_url            = "https://mcp.example.com/"                     # slash at the end
    client_redirect_uris  = ["http://localhost.example.com/"]              # redirect that looks like loopback
    functions             = { memory_mb = 1024 }                           # odd memory
    container             = { registry_id = "contoso" }                    # registry by name
    trusted_proxies       = []                                             # proxies, but none
  }

  expect_failures = [
    var.azure_devops_projects, var.name, var.public_url, var.client_redirect_uris, var.functions, var.container,
    var.trusted_proxies,
  ]
}

run "mistakes_3" {
  command = plan

  variables {
    azure_devops_projects = [{ name = "Payments,Platform" }] # project with a comma
    container             = { minimum = 3, maximum = 2 }     # replicas upside down
    trigger               = { branches = [] }                # no branch
    trusted_proxies       = ["proxy.example.com"]            # proxy by name
    storage_network       = { ip_rules = ["::/0"] }          # range of the wrong kind
  }

  expect_failures = [var.azure_devops_projects, var.container, var.trigger, var.trusted_proxies, var.storage_network]
}

run "mistakes_4" {
  command = plan

  variables {
    azure_devops_projects = [{ name = "Payments " }]                      # project with a space at its end
    container             = { workload_profile = { name = "dedicated" } } # half a workload profile
    storage_network       = { subnet_ids = ["default"] }                  # subnet by name
  }

  expect_failures = [var.azure_devops_projects, var.container, var.storage_network]
}

run "mistakes_5" {
  command = plan

  variables {
    azure_devops_projects = [{ name = "" }] # project without a name
  }

  expect_failures = [var.azure_devops_projects]
}

run "mistakes_6" {
  command = plan

  variables {
    azure_devops_projects = [{ name = "Payments", access = "administrators" }] # unknown access
  }

  expect_failures = [var.azure_devops_projects]
}
