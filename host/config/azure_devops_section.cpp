#include "config/azure_devops_section.h"

#include <map>
#include <string>

#include "config/forms.h"
#include "config/overrides.h"
#include "config/project_section.h"
#include "config/url_field.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

constexpr std::string_view kCredentialAdvice =
    "say how the host signs in, like `managed_identity: {}` or `azure_cli`";

BaseUrlSettings read_base_urls(const Field& field, Problems& problems) {
  BaseUrlSettings out;
  const Mapping urls(field, "azure_devops.organizations[].base_urls", problems);
  read_base_url(urls["dev"], out.dev);
  read_base_url(urls["vsrm"], out.vsrm);
  read_base_url(urls["vstmr"], out.vstmr);
  read_base_url(urls["vssps"], out.vssps);
  return out;
}

class Reader {
 public:
  Reader(const Overrides& overrides, const CredentialReader& credentials, const AuthSettings& auth,
         Problems& problems)
      : overrides_(overrides), credentials_(credentials), auth_(auth), problems_(problems) {}

  OrganizationSettings read(const Field& item) {
    OrganizationSettings out;
    const Mapping organization(item, "azure_devops.organizations[]", problems_);
    if (!organization) return out;
    out.name = read_name(organization["name"]);
    out.base_urls = read_base_urls(organization["base_urls"], problems_);
    const Field credential = organization["credential"];
    if (overrides_.client_id.empty()) credential.required(kCredentialAdvice);
    out.credential =
        credential.present() ? credentials_.for_reads(credential) : default_credential(overrides_);
    const Field writes = organization["write_credential"];
    if (writes.present()) out.write_credential = credentials_.for_writes(writes, auth_);
    const Field projects = organization["projects"];
    if (overrides_.projects.empty()) projects.required("list the projects that may be touched");
    out.projects = read_projects(projects, problems_);
    return out;
  }

 private:
  std::string read_name(const Field& field) {
    if (overrides_.organization.empty()) field.required();
    const auto text = field.text();
    if (!text) return {};
    if (!is_azure_name(*text)) {
      field.complain("must be an organisation's name, not a URL: " + field.shown());
    }
    const auto [first, added] = places_.emplace(to_lower(*text), field.place());
    if (!added) {
      field.complain(field.shown() + " is configured twice; the first is at " + first->second);
    }
    return *text;
  }

  const Overrides& overrides_;
  const CredentialReader& credentials_;
  const AuthSettings& auth_;
  Problems& problems_;
  std::map<std::string, std::string> places_;  // lower-case name -> place
};

void apply(const Overrides& overrides, const Field& list, std::vector<OrganizationSettings>& out) {
  if (!overrides.client_id.empty()) {
    for (auto& organization : out) {
      auto* managed = std::get_if<ManagedIdentitySettings>(&organization.credential);
      if (managed != nullptr) managed->client_id = overrides.client_id;
    }
  }
  if (!overrides.any_project_or_organization()) return;
  if (out.size() > 1) {
    return list.complain(
        "holds several organisations, so AZURE_DEVOPS_ORG, AZURE_DEVOPS_PROJECT and "
        "AZURE_DEVOPS_PROJECTS can't say which they are about; unset them");
  }
  if (out.empty()) return;
  auto& only = out.front();
  if (!overrides.organization.empty()) only.name = overrides.organization;
  if (!overrides.projects.empty()) {
    only.projects = override_projects(overrides.projects, only.projects);
  }
}

/// The organisation that the environment alone describes.
OrganizationSettings from_environment(const Overrides& overrides, const Field& list) {
  OrganizationSettings out;
  out.name = overrides.organization;
  out.credential = default_credential(overrides);
  if (overrides.projects.empty()) {
    list.complain(
        "is empty and AZURE_DEVOPS_ORG is set; set AZURE_DEVOPS_PROJECT or "
        "AZURE_DEVOPS_PROJECTS too");
  }
  return out;
}

}  // namespace

std::vector<OrganizationSettings> read_azure_devops(const Field& field,
                                                    const Environment& environment,
                                                    const CredentialReader& credentials,
                                                    const AuthSettings& auth, Problems& problems) {
  const Overrides overrides = read_overrides(environment, field.mark(), problems);
  std::vector<OrganizationSettings> out;
  const Mapping section(field, "azure_devops", problems);
  if (field.present() && !section) return out;
  const Field list = section["organizations"];
  Reader reader(overrides, credentials, auth, problems);
  for (const auto& item : list.items()) out.push_back(reader.read(item));
  const bool none =
      !list.present() || (list.node()->kind == YamlNode::Kind::kSequence && out.empty());
  if (none && overrides.organization.empty()) {
    list.complain("must name at least one organisation, or set AZURE_DEVOPS_ORG");
  } else if (none) {
    out.push_back(from_environment(overrides, list));
  }
  apply(overrides, list, out);
  return out;
}

}  // namespace adomcp::config
