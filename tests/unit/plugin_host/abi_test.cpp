#include <adomcp/plugin.h>
#include <gtest/gtest.h>
TEST(A,B){}
