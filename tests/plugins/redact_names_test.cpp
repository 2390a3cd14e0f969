#include <gtest/gtest.h>
#include <adomcp/redact.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Secrets that have no shape: what stands before them gives them away.

namespace adomcp::sdk {
namespace {

/// `{}` in `form` replaced.
std::string put_in(std::string_view form, std::string_view value) {
  std::string out(form);
  const std::size_t at = out.find("{}");
  if (at != std::string::npos) out.replace(at, 2, value);
  return out;
}

/// Whether five characters of `secret` in a row stand in `text`.
bool shows(const std::string& text, const std::string& secret) {
  for (std::size_t i = 0; i + 5 <= secret.size(); ++i) {
    if (text.find(secret.substr(i, 5)) != std::string::npos) return true;
  }
  return false;
}

class RedactNamed : public testing::TestWithParam<const char*> {};

TEST_P(RedactNamed, HidesTheValueOnce) {
  const std::string secret = "h7Xp0qWz9K";
  const std::string hidden = redact(put_in(GetParam(), secret));
  EXPECT_FALSE(shows(hidden, secret)) << hidden;
  EXPECT_NE(hidden.find("***"), std::string::npos);
  EXPECT_EQ(redact(hidden), hidden);
}

constexpr const char* kForms[] = {
    "password={}",
    "DB_PASSWORD_PROD={}",
    "SECRET_KEY_BASE={}",
    "password: {}",
    R"~("password": "{}")~",
    "'password' => '{}'",
    R"~({"cfg":"{\"password\":\"{}\"}"})~",
    R"~({\\\"password\\\":\\\"{}\\\"})~",
    "export PGPASSWORD={} && psql",
    "--password {}",
    "az storage blob list --account-key {} --x",
    "docker login -u me -p {} reg.io",
    "az login --service-principal -u app -p {} --tenant t",
    "mysql -u root -p{} db",
    "mysql -u root -p {} db",
    "curl -u admin:{} https://x",
    "curl --user admin:{} https://x",
    "sqlcmd -S s -U u -P {} -Q q",
    "sshpass -p {} ssh h",
    "Server=a;User Id=b;Password={};Encrypt=true",
    "<Password>{}</Password>",
    R"~(<add key="DbPassword" value="{}" />)~",
    R"~($env:DB_PASSWORD = "{}")~",
    "$password = '{}'",
    "set PASSWORD={}",
    "ENV DB_PASSWORD {}",
    "-Password {}",
    "/p:Password={}",
    "-Dsonar.login={}",
    R"~("--password", "{}")~",
    "passwd: {}",
    "pwd={}",
    "ClientSecret={}",
    R"~(client_secret: "{}")~",
    "AZURE_CLIENT_SECRET={}",
    "ARM_CLIENT_SECRET: {}",
    "spring.datasource.password={}",
    "PASSWORD   {}",
    "| DB_PASSWORD | {} |",
    "- name: DB_PASSWORD\n"
    "  value: {}",
    R"~({"name":"DB_PASSWORD","value":"{}"})~",
    R"~("DB_PASSWORD": {"value": "{}", "isSecret": false})~",
    "password: |\n"
    "  {}\n"
    "next: x",
    "password: >-\n"
    "  {}\n"
    "next: 1",
    "\"password\":\n"
    "    \"{}\"",
    "<Password>\n"
    "  {}\n"
    "</Password>",
    "&lt;Password&gt;{}&lt;/Password&gt;",
    R"~({\u0022password\u0022:\u0022{}\u0022})~",
    "&quot;password&quot;:&quot;{}&quot;",
    "ALTER USER x WITH PASSWORD '{}'",
    "CREATE USER x IDENTIFIED BY '{}'",
    "echo {} | docker login -u x --password-stdin",
    "##vso[task.setvariable variable=x;issecret=true]{}",
    "##vso[task.setsecret]{}",
    "::add-mask::{}",
    "machine h login me password {}",
    R"~(ConvertTo-SecureString "{}" -AsPlainText -Force)~",
    "redis-cli -h h -a {} ping",
    "7z x -p{} a.7z",
    "password is {}",
    R"~(incorrect password "{}" for sa)~",
    "keytool -storepass {} -x",
    "net use x --password={}",
    "password%3D{}",
    "https://x/?password={}&a=1",
    "openssl enc -pass pass:{} -in x",
    "unzip -P {} x.zip",
    R"~(setPassword("{}"))~",
    R"~(<entry key="db.password">{}</entry>)~",
    "<key>Password</key><string>{}</string>",
    "passphrase: {}",
    "gpg --batch --passphrase {} x",
    "nuget setapikey {}",
    R"~(dotnet user-secrets set "Db:Password" "{}")~",
    "kubectl create secret generic x --from-literal=password={}",
    "helm upgrade --set db.password={} x",
    "terraform apply -var db_password={}",
    "aws_secret_access_key = {}",
    "\xD0"
    "\x9F"
    "\xD0"
    "\xB0"
    "\xD1"
    "\x80"
    "\xD0"
    "\xBE"
    "\xD0"
    "\xBB"
    "\xD1"
    "\x8C"
    ": {}",
    "MYSQL_ROOT_PASSWORD: {}",
    "POSTGRES_PASSWORD={}",
    "AZURE_STORAGE_KEY={}X12345678901234567890",
    R"~(DOCKER_AUTH_CONFIG={"auths":{"r":{"auth":"{}"}}})~",
    "jwt_secret={}",
    "app.secret={}",
    "Secret: {}",
    "ClientSecret : {}",
    "client_secret={}&grant_type=x",
    "grant_type=password&username=u&password={}",
    R"~("secret":"{}")~",
    R"~("apiKey":"{}")~",
    "apikey={}",
    "x-api-key: {}",
    R"~(-H "X-Api-Key: {}")~",
    "-H 'PRIVATE-TOKEN: {}'",
    "X-Vault-Token: {}",
    "VAULT_TOKEN={}",
    "export TOKEN={}",
    "GITHUB_TOKEN: {}",
    "NPM_TOKEN={}",
    "//registry.npmjs.org/:_authToken={}",
    "_password={}",
    "SONAR_TOKEN={}",
    "sonar.token={}",
    "AZURE_DEVOPS_EXT_PAT={}",
    "pat={}",
    "--pat {}",
    "--token {}",
    "--token={}",
    "-Token {}",
    "--api-key {}",
    "--client-secret {}",
    "--secret {}",
    R"~(--access-token "{}")~",
    "SecretAccessKey={}",
    "aws configure set aws_secret_access_key {}",
    R"~("AccessKey": "{}")~",
    "InstrumentationKey=x;ApiKey={}",
    "encryption_key={}",
    "private_key_password={}",
    "ssl.keystore.password={}",
    "storePassword={}",
    "keyPassword={}",
    "ansible_become_pass={}",
    "ansible_ssh_pass: {}",
    "PGPASSWORD={} psql",
    "sudo_password: {}",
    "wp_db_pass={}",
    "db_pass={}",
    "SMTP_PASS={}",
    "mail.pass: {}",
    "ftp://u:{}@h/",
    "amqp://g:{}@h",
    "mongodb+srv://u:{}@c.mongodb.net/x",
    "jdbc:mysql://h/d?user=u&password={}",
    "jdbc:sqlserver://h;user=u;password={};x=y",
    "jdbc:oracle:thin:scott/{}@h:1521",
    "The password is {}",
    "pwd: {}",
    "Pwd={};",
    R"~("connectionString":"{}")~",
    "ConnectionStrings__Db={}",
    "az ad sp create-for-rbac\n"
    "\"password\": \"{}\",",
    R"~("clientSecret": "{}",)~",
    R"~($secret = "{}")~",
    "const secret = '{}';",
    R"~(password := "{}")~",
    R"~(let password = "{}")~",
    R"~(String password = "{}";)~",
    R"~(.password("{}"))~",
    R"~(password=("{}"))~",
    R"~("auth": "{}")~",
    R"~("pass": "{}")~",
    R"~(pass: "{}")~",
    "pass={}",
    "IDENTIFIED WITH mysql_native_password BY '{}'",
    R"~(PASSWORD=\"{}\")~",
    R"~(\\"password\\":\\"{}\\")~",
    "password\t{}",
    "DB_PASSWORD\t{}",
    "| password | {} |",
    "password -> {}",
    "password => {}",
    R"~("password" = "{}")~",
    "[password={}]",
    "{password={}}",
    "(password={})",
    "password={}, user=x",
    R"~(password="{}" user=x)~",
    "password=`{}`",
    "Password:{}",
    "password:{}",
    "PASSWORD = {}",
    "password   =   {}",
    "password\xC2"
    "\xA0"
    "=\xC2"
    "\xA0"
    "{}",
    "x.password='{}'",
    R"~(<password value="{}"/>)~",
    R"~(<Password xml:space="preserve">{}</Password>)~",
    "<a:Password>{}</a:Password>",
    R"~(<property name="password">{}</property>)~",
    R"~(<property name="password" value="{}"/>)~",
    R"~(<setting name="Password" serializeAs="String"><value>{}</value></setting>)~",
    "password: !!str {}",
    R"~(password: "{}" # comment)~",
    "  password: {}",
    "- password: {}",
    "password: [{}]",
    "docker run -e DB_PASSWORD={} img",
    "docker build --build-arg NPM_TOKEN={} .",
    "kubectl --token={} get",
    "kubectl --token {} get",
    "oc login --token={}",
    "helm registry login -u u -p {} r",
    "podman login -p {} r",
    "az acr login -n x -u u -p {}",
    "skopeo login -p {} r",
    "curl -uadmin:{} x",
    R"~(curl -H "Authorization: token {}" x)~",
    R"~(curl -H "Authorization: Bearer {}" x)~",
    "wget --http-password={} x",
    "wget --password {} x",
    "git clone https://u:{}@h/r",
    R"~(git -c http.extraheader="AUTHORIZATION: basic {}" fetch)~",
    "sqlcmd -S s -P{} -Q q",
    "bcp x -P {}",
    "mysqldump --password={} d",
    "mysql -p'{}' d",
    R"~(mysqladmin -p"{}" d)~",
    "redis-cli -a {}",
    "mongo -u u -p {} h",
    "ldapsearch -w {} -x",
    "smbclient -U u%{} //h/s",
    "plink -pw {} h",
    "7z a -p{} x",
    "unrar x -p{} x",
    "zip -P {} x y",
    "signtool sign /f a.pfx /p {} x",
    "certutil -p {} x",
    "openssl rsa -passin pass:{} -in k",
    "keytool -storepass {} -keypass x",
    "jarsigner -storepass {} x",
    "dotnet nuget push x -k {}",
    "nuget push x -ApiKey {}",
    "twine upload -u __token__ -p {}",
    "cargo login {}",
    "npm config set //r/:_authToken {}",
    "gh auth login --with-token {}",
    "vault login {}",
    "rabbitmqctl change_password u {}",
    R"~(echo "{}" | docker login --password-stdin)~",
    R"~(printf "%s" {} | sudo -S x)~",
    "SSHPASS={} sshpass -e",
    "setx DB_PASSWORD {}",
    "az keyvault secret set --vault-name v --name n --value {}",
    "gh secret set X --body {}",
    "pulumi config set --secret dbPassword {}",
    R"~(Set-Secret -Name x -Secret "{}")~",
    "net user bob {} /add",
    "requirepass {}",
    R"~(sasl.jaas.config=x username="u" password="{}";)~",
    "KAFKA_SASL_PASSWORD={}",
    "spring.redis.password: {}",
    R"~("Password__Db": "{}")~",
    "DB_PASSWORD_FILE_CONTENT={}",
    "SECRET_1={}",
    "MY_SECRET_VALUE={}",
    "db.password.prod={}",
    "user.password.hash={}x",
};
INSTANTIATE_TEST_SUITE_P(Forms, RedactNamed, testing::ValuesIn(kForms));

/// Calls, protocols, programs with ways of their own, and pairs in another order.
constexpr const char* kWays[] = {
    R"~(https:\/\/u:{}@h/x)~",
    R"~("url":"https:\/\/u:{}@h\/r")~",
    R"~({"a":"{\"url\":\"https:\\/\\/u:{}@h\\/r\"}"})~",
    "https%3A%2F%2Fu%3A{}%40h",
    "redirect=https%3A%2F%2Fu%3A{}%40host%2Fr&x=1",
    "next=https%253A%252F%252Fu%253A{}%2540host%252Fr",
    "curl -b session={} https://x",
    "curl --cookie session={} https://x",
    R"~(curl -b "session={}" https://x)~",
    R"~(--cookie "session={}")~",
    "curl --cookie 'JSESSIONID={}' https://x",
    "connect.sid={}",
    R"~([Environment]::SetEnvironmentVariable("DB_PASSWORD", "{}", "Process"))~",
    R"~(SetEnvironmentVariable("DB_PASSWORD","{}"))~",
    R"~(System.setProperty("db.password","{}"))~",
    R"~(System.setProperty( "db.password" , "{}" ))~",
    "define('DB_PASSWORD','{}');",
    "define( 'DB_PASSWORD', '{}' );",
    R"~(os.environ["DB_PASSWORD"] = "{}")~",
    R"~(os.environ.setdefault("DB_PASSWORD", "{}"))~",
    "ENV.store('DB_PASSWORD', '{}')",
    R"~(config.put("api.secret", "{}");)~",
    R"~(map.put("clientSecret", "{}"))~",
    ".setProperty('spring.datasource.password', '{}')",
    R"~(New-Object System.Net.NetworkCredential("user", "{}"))~",
    R"~(new Credentials("bob", "{}"))~",
    "auth=HTTPBasicAuth('bob', '{}')",
    R"~(requests.get(u, auth=HTTPBasicAuth("bob", "{}")))~",
    R"~(os.Setenv("DB_PASSWORD", "{}"))~",
    "X-JFrog-Art-Api: {}",
    "X-Vault-Token: {}",
    "Private-Token: {}",
    "---> PASS {}",
    "ftp> PASS {}",
    "> PASS {}",
    "PASS {}",
    "AUTH PLAIN {}=",
    "> AUTH LOGIN {}=",
    "AUTH {}",
    "127.0.0.1:6379> AUTH {}",
    "127.0.0.1:6379> AUTH default {}",
    "sqlplus system/{}@h:1521/xe",
    "sqlplus -S scott/{}@db",
    "sqlldr userid=scott/{} control=x.ctl",
    "expdp scott/{}@db schemas=x",
    "impdp scott/{} dumpfile=x",
    R"~(net use Z: \\srv\share /user:dom\bob {})~",
    R"~(net use \\srv\share {} /user:bob)~",
    "schtasks /create /tn x /ru user /rp {}",
    "winrs -r:h -u:u -p:{} cmd",
    "xfreerdp /v:h /u:u /p:{}",
    "SqlPackage /tp:{} /tu:sa",
    "az sql server create -u admin -p {} -n x",
    "az postgres flexible-server create -u admin -p {} -n x",
    "mc alias set myminio https://x minioadmin {}",
    "poetry config http-basic.foo user {}",
    "BUNDLE_GEMS__X__COM=user:{}",
    R"~(export BUNDLE_GEMS__X__COM="user:{}")~",
    "<AdministratorPassword><Value>{}</Value></AdministratorPassword>",
    "<Password><Value>{}</Value><PlainText>true</PlainText></Password>",
    "admin:$apr1$x9Kq2mZ8${}Qz0LmN3vB5cX2w/",
    "user:$2y$05${}XsafkvaHHa6uXQZWr7oboPiC2bT",
    "root:$6$rounds=5000$x9Kq2mZ8a${}:19000:0",
    "$argon2id$v=19$m=65536,t=3,p=4${}$x9Kq2mZ8a0",
    R"~({"secret":{"default":"{}"}})~",
    R"~("functionKeys": {"default": "{}"})~",
    R"~({"value":"{}","name":"DB_PASSWORD"})~",
    R"~({"isSecret": true, "value": "{}", "key": "clientSecret"})~",
    R"~(<add value="{}" key="ApiPassword"/>)~",
    "passwords: [{}, other9]",
    "Driver={ODBC};Server=x;Uid=u;Pwd={a}}b;{}};",
    R"~(msbuild /p:DbPassword="{}")~",
    "ParameterKey=DbPassword,ParameterValue={}",
    R"~(-Password (ConvertTo-SecureString "{}" -AsPlainText -Force))~",
    R"~(New-LocalUser -Name b -Password (ConvertTo-SecureString "{}" -AsPlainText -Force))~",
    "{b'password': b'{}'}",
    "password: &pw {}",
    "const password: string = '{}';",
    R"~(let apiKey: String = "{}")~",
    R"~(password: str = "{}")~",
    R"~(val password: String = "{}")~",
    R"~(password = """{}""")~",
    "password = '''{}'''",
    R"~(      ~ password = "old1x2y3z" -> "{}")~",
    R"~(      ~ password = "{}" -> "Zx81kQp0Lm")~",
    "password：{}",
    "password＝{}",
    "dotnet nuget add source https://x -n y -u u -p {} --store-password-in-clear-text",
    "security import a.p12 -k build.keychain -P {} -T /usr/bin/codesign",
    "security unlock-keychain -p {} build.keychain",
    "security set-key-partition-list -S apple-tool: -s -k {} build.keychain",
    "xcrun altool --upload-app -u a@b -p {}",
    "az pipelines variable create --name x --value {} --secret true",
    "aws ssm put-parameter --name /db/password --value {} --type SecureString",
    "mot de passe : {}",
    "Mot de passe: {}",
    "Passwort: {}",
    "Kennwort = {}",
    "passwords:\n"
    "  - {}\n"
    "  - Zx81kQp0Lm\n"
    "next: x\n",
    "passwords:\n"
    "- {}\n"
    "next: x\n",
    "\"passwords\": [\n"
    "    \"{}\",\n"
    "    \"Zx81kQp0Lm\"\n"
    "  ]\n",
    "apiPasswords:\n"
    "  - \"{}\"\n",
    "password = \"\"\"\n"
    "{}\n"
    "\"\"\"\n",
};
INSTANTIATE_TEST_SUITE_P(Ways, RedactNamed, testing::ValuesIn(kWays));

struct Odd {
  const char* form;
  const char* value;
};
class RedactOdd : public testing::TestWithParam<Odd> {};

TEST_P(RedactOdd, HidesTheWholeValue) {
  const std::string hidden = redact(put_in(GetParam().form, GetParam().value));
  EXPECT_FALSE(shows(hidden, GetParam().value)) << hidden;
  EXPECT_EQ(redact(hidden), hidden);
}

std::vector<Odd> odd_values() {
  std::vector<Odd> out;
  for (const char* value :
       {"$ecretPa55", "%Tgb6yhn", "*star7x*y", "<an9gle", "correct-horse", "Sommer2024!",
        "P@ss,w0rd)x", "x;y9zQ", "tr0ub4dor3", "q{w}e7Z", "w[e]r8Z", "#hash9Z", "^car3tZ",
        "~t1ldeZ", "s/l4shZ", "b\\sl4sh", "$up3r_Z"}) {
    for (const char* form : {"password={}", "password: {}", R"("password": "{}")", "PASSWORD='{}'",
                             "--password {}", "<password>{}</password>"}) {
      const bool taken =
          std::string_view(form).front() == '<' && std::string_view(value).front() == '<';
      if (!taken) out.push_back({form, value});
    }
  }
  // Percent-encoded, as links have it.
  out.push_back({"https://x.blob/c?sv=1&sig={}&se=2", "%2Fa8b%2BcD9e0%3D"});
  return out;
}
INSTANTIATE_TEST_SUITE_P(Values, RedactOdd, testing::ValuesIn(odd_values()));

/// Names of up to three small letters are looked up; in other cases they are taken apart, as long
/// ones are.
TEST(RedactNames, ShortOnesAreWhatTheyAreInCapitals) {
  const auto capitals = [](std::string name) {
    for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
    return name;
  };
  std::vector<std::string> names{""};
  for (std::size_t i = 0; names[i].size() < 3; ++i) {
    for (char c = 'a'; c <= 'z'; ++c) names.push_back(names[i] + c);
  }
  ASSERT_EQ(names.size(), 1U + 26U + 676U + 17576U);
  for (const auto& name : names) {
    EXPECT_EQ(detail::key_kind(name), detail::key_kind(capitals(name))) << name;
  }
}

/// A short word before a blank isn't looked at for tokens: it must not matter to what follows.
TEST(RedactNames, ShortWordsHideNoMoreAndNoLess) {
  for (const char* word : {"ghp", "bearer", "token", "password", "docker", "by", "set", "use"}) {
    const std::string text = std::string(word) + " ghp_0123456789abcdefABCD end";
    EXPECT_EQ(redact(text).find("0123456789"), std::string::npos) << text;
    EXPECT_EQ(redact(std::string("a ") + word + " is here"), std::string("a ") + word + " is here");
  }
}

}  // namespace
}  // namespace adomcp::sdk
