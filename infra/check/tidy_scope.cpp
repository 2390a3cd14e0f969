/// A plugin of clang-tidy that keeps its checks away from other people's headers.
///
/// clang-tidy 14 walks through every declaration that a source includes and throws away what it
/// finds in system headers: with the standard library, JSON and GoogleTest that is two thirds of
/// its time. This check finds nothing; it is asked about the translation unit before anything
/// inside it, and leaves only the project's own declarations to be walked through.
#include <clang-tidy/ClangTidyCheck.h>
#include <clang-tidy/ClangTidyModule.h>
#include <clang-tidy/ClangTidyModuleRegistry.h>
#include <clang/AST/ASTContext.h>
#include <clang/ASTMatchers/ASTMatchFinder.h>
#include <clang/Basic/SourceManager.h>

namespace {

class OwnDeclarations : public clang::tidy::ClangTidyCheck {
 public:
  using ClangTidyCheck::ClangTidyCheck;

  void registerMatchers(clang::ast_matchers::MatchFinder* finder) override {
    finder->addMatcher(clang::ast_matchers::translationUnitDecl().bind("unit"), this);
  }

  void check(const clang::ast_matchers::MatchFinder::MatchResult& found) override {
    const auto& sources = *found.SourceManager;
    std::vector<clang::Decl*> own;
    for (auto* declaration : found.Nodes.getNodeAs<clang::TranslationUnitDecl>("unit")->decls()) {
      if (!sources.isInSystemHeader(sources.getExpansionLoc(declaration->getLocation()))) {
        own.push_back(declaration);
      }
    }
    found.Context->setTraversalScope(own);
  }
};

class Module : public clang::tidy::ClangTidyModule {
 public:
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories& factories) override {
    factories.registerCheck<OwnDeclarations>("adomcp-own-declarations");
  }
};

const clang::tidy::ClangTidyModuleRegistry::Add<Module> kRegistered("adomcp",
                                                                    "what only this project needs");

}  // namespace
