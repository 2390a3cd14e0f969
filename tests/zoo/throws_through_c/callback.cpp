// The C++ part of throws_through_c.c.
#include <stdexcept>
#include <string>

extern "C" void call_cpp();
void call_cpp() {
  throw std::runtime_error(std::string("through a function in C"));
}
