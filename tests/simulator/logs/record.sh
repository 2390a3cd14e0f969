#!/usr/bin/env bash
# Records the logs beside this file: runs builds that really fail and keeps what they print.
# Usage: record.sh [NAME…]      without names: all. Needs the tools each recipe calls.
# Works in /home/vsts/work/1/s, the path a hosted agent has, so that nothing needs rewriting afterwards.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=/home/vsts/work/1/s
if [ -e /home/vsts ]; then
  echo "record.sh: /home/vsts exists already; remove it first" >&2
  exit 1
fi
mkdir -p "$work" && trap 'rm -rf /home/vsts' EXIT
cache=${RECORD_CACHE:-/tmp/adomcp-record-cache} # downloads of npm and Maven, kept between runs
mkdir -p "$cache"
export HOME=/home/vsts LANG=C.UTF-8 LC_ALL=C.UTF-8 TERM=xterm
export GOFLAGS=-mod=mod GOCACHE=$cache/go CARGO_TERM_COLOR=always npm_config_cache=$cache/npm
export npm_config_update_notifier=false
unset TF_CLI_CONFIG_FILE
export RUSTUP_HOME=${RUSTUP_HOME:-/root/.rustup} CARGO_HOME=${CARGO_HOME:-/root/.cargo}

# keep NAME COMMAND…: runs COMMAND in $work and stores its output as NAME.txt; it must fail.
keep() {
  local name=$1 status
  shift
  (cd "$work" && "$@") >"$here/$name.txt" 2>&1 </dev/null
  status=$?
  # The cache and this machine's Python stand where a hosted agent has its own.
  sed -i -E -e "s#$cache/npm#/home/vsts/.npm#g" \
    -e 's#/[^ ]*/versions/([0-9.]+)/bin/python3#/opt/hostedtoolcache/Python/\1/x64/bin/python3#' "$here/$name.txt"
  if [ "$status" -eq 0 ]; then
    echo "record.sh: $name did not fail" >&2
    exit 1
  fi
  echo "$name: exit code $status, $(wc -l <"$here/$name.txt") lines"
}

cpp_sources() {
  mkdir -p "$work/src" "$work/include/payments"
  cat >"$work/include/payments/ledger.h" <<'CPP'
#pragma once
#include <cstdint>
#include <string>
#include <vector>
namespace payments {
struct Entry {
  std::string account;
  std::int64_t cents = 0;
};
class Ledger {
 public:
  void post(Entry entry);
  std::int64_t balance(const std::string& account) const;
 private:
  std::vector<Entry> entries_;
};
}  // namespace payments
CPP
  cat >"$work/src/ledger.cpp" <<'CPP'
#include "payments/ledger.h"
namespace payments {
void Ledger::post(Entry entry) { entries_.push_back(std::move(entry)); }
std::int64_t Ledger::balance(const std::string& account) const {
  std::int64_t sum = 0;
  for (const auto& entry : entries_) {
    if (entry.account == account) sum += entry.cents;
  }
  return sum;
}
}  // namespace payments
CPP
  for unit in currency rounding journal audit_trail; do
    printf 'namespace payments {\nint %s_version() { return 3; }\n}\n' "$unit" >"$work/src/$unit.cpp"
  done
  cat >"$work/src/refund.cpp" <<'CPP'
#include "payments/ledger.h"

namespace payments {

std::int64_t refund(Ledger& ledger, const std::string& account, std::int64_t cents) {
  ledger.post({account, -cents});
  return ledger.balanse(account);
}

}  // namespace payments
CPP
  cat >"$work/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.20)
project(payments LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
add_library(payments src/currency.cpp src/rounding.cpp src/journal.cpp src/ledger.cpp src/refund.cpp src/audit_trail.cpp)
target_include_directories(payments PUBLIC include)
CMAKE
}

record_gcc() {
  cpp_sources
  keep gcc bash -c 'cmake -S . -B build -DCMAKE_CXX_COMPILER=g++ -DCMAKE_CXX_FLAGS=-fdiagnostics-color=always &&
    cmake --build build -- -k'
}

record_clang() {
  cpp_sources
  cat >"$work/src/refund.cpp" <<'CPP'
#include "payments/ledger.h"
#include <map>
#include <optional>

namespace payments {

std::optional<std::int64_t> refund(const Ledger& ledger, const std::string& account, std::int64_t cents) {
  std::map<std::string, std::int64_t> refunds;
  ledger.post({account, -cents});
  refunds[account] = cents;
  return refunds;
}

}  // namespace payments
CPP
  keep clang bash -c 'cmake -S . -B build -DCMAKE_CXX_COMPILER=clang++ && cmake --build build'
}

record_linker() {
  cpp_sources
  cat >"$work/src/refund.cpp" <<'CPP'
#include "payments/ledger.h"
namespace payments {
std::int64_t exchange_rate(const std::string& from, const std::string& to);
std::int64_t refund(const std::string& account) { return exchange_rate(account, "EUR"); }
}  // namespace payments
int main() { return static_cast<int>(payments::refund("CHF")); }
CPP
  cat >>"$work/CMakeLists.txt" <<'CMAKE'
add_executable(payments_cli src/refund.cpp)
target_link_libraries(payments_cli payments)
CMAKE
  keep linker bash -c 'cmake -S . -B build && cmake --build build'
}

record_cmake() {
  cpp_sources
  cat >>"$work/CMakeLists.txt" <<'CMAKE'
find_package(PaymentsProtocol 2.1 REQUIRED CONFIG)
CMAKE
  keep cmake cmake -S . -B build -DCMAKE_BUILD_TYPE=Release
}

record_gtest() {
  cpp_sources
  cat >"$work/src/refund.cpp" <<'CPP'
namespace payments {
int round_half_even(int tenths) { return (tenths + 5) / 10; }
}
CPP
  cat >"$work/rounding_test.cpp" <<'CPP'
#include <gtest/gtest.h>
namespace payments { int round_half_even(int tenths); }
TEST(Rounding, Down) { EXPECT_EQ(payments::round_half_even(14), 1); }
TEST(Rounding, Up) { EXPECT_EQ(payments::round_half_even(16), 2); }
TEST(Rounding, HalfToEven) { EXPECT_EQ(payments::round_half_even(25), 2) << "25 tenths lie halfway: the even neighbour is 2"; }
TEST(Rounding, Zero) { EXPECT_EQ(payments::round_half_even(0), 0); }
CPP
  cat >>"$work/CMakeLists.txt" <<'CMAKE'
enable_testing()
find_package(GTest REQUIRED)
add_executable(rounding_test rounding_test.cpp)
target_link_libraries(rounding_test payments GTest::gtest_main)
include(GoogleTest)
gtest_discover_tests(rounding_test)
CMAKE
  keep gtest bash -c 'cmake -S . -B build >/dev/null && cmake --build build >/dev/null &&
    ctest --test-dir build --output-on-failure'
}

record_pytest() {
  cat >"$work/settlement.py" <<'PY'
from datetime import date, timedelta


def settlement_day(booked: date, days: int = 2) -> date:
    """The business day on which a payment settles."""
    return booked + timedelta(days=days)
PY
  cat >"$work/test_settlement.py" <<'PY'
from datetime import date

import pytest

from settlement import settlement_day


@pytest.mark.parametrize("day", [2, 3, 4])
def test_midweek(day):
    assert settlement_day(date(2026, 11, day)).weekday() < 5


def test_weekend_is_skipped():
    friday = date(2026, 11, 20)
    assert settlement_day(friday) == date(2026, 11, 24)


def test_zero_days():
    assert settlement_day(date(2026, 11, 20), 0) == date(2026, 11, 20)
PY
  keep pytest python3 -m pytest -v --color=yes -p no:cacheprovider -p no:randomly
}

record_npm() {
  cat >"$work/package.json" <<'JSON'
{ "name": "web-shop", "version": "1.4.0", "private": true,
  "dependencies": { "react": "19.0.0", "react-beautiful-dnd": "13.1.1" } }
JSON
  keep npm npm install --no-audit --no-fund
}

record_npm_ci() {
  echo '{ "name": "web-shop", "version": "1.4.0", "private": true, "dependencies": { "react": "19.0.0" } }' >"$work/package.json"
  keep npm_ci npm ci
}

record_go() {
  printf 'module contoso.example/ledger\n\ngo 1.20\n' >"$work/go.mod"
  cat >"$work/ledger.go" <<'GO'
package ledger

// Sum adds amounts in cents.
func Sum(cents []int64) int64 {
	var total int64
	for _, c := range cents[1:] {
		total += c
	}
	return total
}
GO
  cat >"$work/ledger_test.go" <<'GO'
package ledger

import "testing"

func TestSum(t *testing.T) {
	if got := Sum([]int64{100, 250, 5}); got != 355 {
		t.Errorf("Sum = %d cents, want 355", got)
	}
}

func TestEmpty(t *testing.T) {
	if got := Sum(nil); got != 0 {
		t.Errorf("Sum = %d cents, want 0", got)
	}
}
GO
  keep go go test -v ./...
}

record_cargo() {
  mkdir -p "$work/src"
  printf '[package]\nname = "tokeniser"\nversion = "0.3.0"\nedition = "2021"\n' >"$work/Cargo.toml"
  cat >"$work/src/main.rs" <<'RUST'
fn mask(card: String) -> String {
    let digits = card;
    let tail = &card[card.len() - 4..];
    format!("{}{}", "*".repeat(digits.len() - 4), tail)
}

fn main() {
    println!("{}", mask("4111111111111111".to_string()));
}
RUST
  keep cargo cargo build --offline
}

record_apt() {
  keep apt apt-get install -y --no-install-recommends libpayments-dev
}

record_terraform() {
  cat >"$work/main.tf" <<'HCL'
terraform {
  required_version = ">= 1.5"
}

variable "environment" {
  type = string
}

resource "terraform_data" "marker" {
  input = var.enviroment
}

output "marker" {
  value = terraform_data.markers.output
}
HCL
  keep terraform bash -c 'terraform init -no-color && terraform validate'
}

record_buildah() {
  mkdir -p "$work/rootfs/bin" && cp "$(command -v busybox)" "$work/rootfs/bin/sh"
  cat >"$work/Dockerfile.base" <<'DOCKER'
FROM scratch
COPY rootfs/ /
DOCKER
  cat >"$work/Dockerfile" <<'DOCKER'
FROM localhost/contoso/base:12
COPY settings.json /app/settings.json
RUN echo "checking settings" && grep -q '"currency"' /app/settings.json || (echo "settings.json has no currency" >&2; exit 3)
CMD ["/bin/sh"]
DOCKER
  echo '{ "region": "westeurope" }' >"$work/settings.json"
  export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
  export CONTAINERS_STORAGE_CONF=/dev/null
  local store=(--root "$work/.store" --runroot "$work/.run")
  (cd "$work" && buildah "${store[@]}" build -q -t localhost/contoso/base:12 -f Dockerfile.base .) || return 1
  keep buildah buildah "${store[@]}" build -t contoso/web:build .
}

record_tsc() {
  mkdir -p "$work/src"
  (cd "$cache" && npm install --no-audit --no-fund --prefix "$cache/tsc" typescript@5.6.3 >/dev/null)
  printf '{ "compilerOptions": { "strict": true, "noEmit": true, "target": "es2022" }, "include": ["src"] }\n' >"$work/tsconfig.json"
  cat >"$work/src/cart.ts" <<'TS'
export interface Item { sku: string; cents: number; quantity?: number }

export function total(items: Item[]): number {
  return items.reduce((sum, item) => sum + item.cents * item.quantity, 0);
}

export const empty: Item = { sku: 42, cents: 0 };
TS
  keep tsc "$cache/tsc/node_modules/.bin/tsc" --pretty false
}

record_maven() {
  mkdir -p "$work/src/main/java/example"
  cat >"$work/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId><artifactId>billing</artifactId><version>2.0.1</version>
  <properties><maven.compiler.source>11</maven.compiler.source><maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
</project>
XML
  cat >"$work/src/main/java/example/Invoice.java" <<'JAVA'
package example;

public final class Invoice {
  private final long cents;

  public Invoice(long cents) { this.cents = cents; }

  public int cents() { return cents; }
}
JAVA
  local mvn=(mvn -B -ntp "-Dmaven.repo.local=$cache/m2")
  (cd "$work" && "${mvn[@]}" -q compile >/dev/null 2>&1) # downloads the plugins
  keep maven "${mvn[@]}" -o compile
}

all=(gcc clang linker cmake gtest pytest npm npm_ci go cargo apt terraform buildah tsc maven)
[ $# -gt 0 ] || set -- "${all[@]}"
for name in "$@"; do
  rm -rf "${work:?}" && mkdir -p "$work"
  ("record_$name") || echo "record.sh: $name was not recorded" >&2
done
