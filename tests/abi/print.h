/* What layout.c and services.c print: a line for each struct, field, constant and id. */
#ifndef ADOMCP_TESTS_ABI_PRINT_H
#define ADOMCP_TESTS_ABI_PRINT_H
#include <stddef.h>
#include <stdio.h>

#define STRUCT(type) printf("struct %s size %zu\n", #type, sizeof(type))
#define FIELD(type, field) \
  printf("  %s at %zu size %zu\n", #field, offsetof(type, field), sizeof(((type*)NULL)->field))
#define CONSTANT(name) printf("%s %lld\n", #name, (long long)(name))
#define ID(name) printf("%s %s\n", #name, name)

#endif
