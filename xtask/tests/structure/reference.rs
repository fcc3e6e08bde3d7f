//! The paths in a module's code.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ItemUse, UseTree};

/// One name that a `use` declaration imports, or all names of a module for `*`.
pub(crate) struct Imported {
    /// The imported name; absent for `*` and for `as _`.
    pub(crate) name: Option<String>,
    pub(crate) path: Vec<String>,
    pub(crate) is_glob: bool,
}

pub(crate) fn imported(item: &ItemUse) -> Vec<Imported> {
    let mut all = Vec::new();
    // `::name` refers to another crate.
    if item.leading_colon.is_none() {
        flatten(&item.tree, &[], &mut all);
    }
    all
}

fn flatten(tree: &UseTree, before: &[String], all: &mut Vec<Imported>) {
    let path = |name: &dyn ToString| {
        let name = name.to_string();
        // `use a::{self}` means `use a`.
        if name == "self" && !before.is_empty() { before.to_vec() } else { [before, &[name]].concat() }
    };
    match tree {
        UseTree::Path(tree) => flatten(&tree.tree, &path(&tree.ident), all),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, all)),
        UseTree::Name(tree) => {
            let path = path(&tree.ident);
            all.push(Imported { name: path.last().cloned(), path, is_glob: false });
        }
        UseTree::Rename(tree) => {
            let name = Some(tree.rename.to_string()).filter(|name| name != "_");
            all.push(Imported { name, path: path(&tree.ident), is_glob: false });
        }
        UseTree::Glob(_) => all.push(Imported { name: None, path: before.to_vec(), is_glob: true }),
    }
}

/// The names and paths in the code of a module.
#[derive(Default)]
pub(crate) struct Code {
    /// Paths of at least two names.
    pub(crate) paths: Vec<Vec<String>>,
    pub(crate) names: BTreeSet<String>,
    /// Imports by `use` declarations in functions. They count for the whole module.
    pub(crate) imported: Vec<Imported>,
}

impl Code {
    /// Collects the paths from tokens. Macros are read like other code.
    pub(crate) fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(ident) if ident == "use" => {
                    let length = tokens[at..].iter().take_while(|token| !is_mark(token, ';')).count();
                    let item: TokenStream = tokens[at..].iter().take(length + 1).cloned().collect();
                    let uses = syn::parse2::<ItemUse>(item).ok();
                    self.imported.extend(uses.iter().flat_map(imported));
                    // `use<'a>` is a bound and not an import.
                    at += if uses.is_some() { length } else { 1 };
                }
                TokenTree::Ident(_) => {
                    let path = path_at(&tokens[at..]);
                    at += 3 * path.len() - 2;
                    self.names.extend(path.iter().cloned());
                    if path.len() > 1 && !is_of_another_crate(&tokens, at - (3 * path.len() - 2)) {
                        self.paths.push(path);
                    }
                }
                TokenTree::Group(group) => {
                    // The path in `pub(in a::b)` is not counted as a dependency. Paths in attributes of serde are
                    // string literals, and not read.
                    if !(group.delimiter() == Delimiter::Parenthesis && is_visibility(&tokens[..at])) {
                        self.read(group.stream());
                    }
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }
}

/// The names at the start of `tokens` that `::` joins.
fn path_at(tokens: &[TokenTree]) -> Vec<String> {
    let mut path = Vec::new();
    let mut rest = tokens;
    while let Some(TokenTree::Ident(ident)) = rest.first() {
        path.push(ident.to_string());
        match rest {
            [_, one, two, TokenTree::Ident(_), ..] if is_mark(one, ':') && is_mark(two, ':') => {
                rest = &rest[3..]
            }
            _ => break,
        }
    }
    path
}

/// Whether `::` precedes the path: it starts with `::`, or continues after a generic type.
fn is_of_another_crate(tokens: &[TokenTree], at: usize) -> bool {
    at >= 2 && is_mark(&tokens[at - 1], ':') && is_mark(&tokens[at - 2], ':')
}

fn is_visibility(before: &[TokenTree]) -> bool {
    before.last().is_some_and(|token| token.to_token_stream().to_string() == "pub")
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}
