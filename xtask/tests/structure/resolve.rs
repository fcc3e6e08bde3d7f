//! Which file defines the item that a path names.

use crate::krate::{Crate, Import};

/// A file's code names an item that another file defines.
pub(crate) struct Dependency {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// As it is written.
    pub(crate) path: String,
}

/// Where a path leads.
#[derive(Clone, Copy)]
enum Place {
    Module(usize),
    /// An item in this file.
    Item(usize),
}

/// Re-exports of re-exports, at most. More of them are a circle of their own.
const DEPTH: usize = 8;

/// Every dependency of one file on another, each path once.
pub(crate) fn dependencies(krate: &Crate) -> Vec<Dependency> {
    let mut all: Vec<Dependency> = Vec::new();
    for (id, module) in krate.modules.iter().enumerate() {
        let imported = module.imports.iter().filter(|import| is_used(krate, id, import));
        let imported = imported.map(|import| (&import.imported.path, import.imported.is_glob));
        for (path, is_glob) in module.code.paths.iter().map(|path| (path, false)).chain(imported) {
            let to = match resolve(krate, id, path, DEPTH) {
                Some(Place::Item(file)) => file,
                Some(Place::Module(of)) if is_glob => krate.modules[of].file,
                // A module alone is named on the way to an item.
                _ => continue,
            };
            let (from, path) = (module.file, path.join("::"));
            let is_known = all.iter().any(|edge| (edge.from, edge.to, &edge.path) == (from, to, &path));
            if from != to && !is_known && !is_around(krate, id, to) {
                all.push(Dependency { from, to, path });
            }
        }
    }
    all
}

/// Whether the file is that of a module around this one.
fn is_around(krate: &Crate, module: usize, file: usize) -> bool {
    let around = std::iter::successors(Some(module), |module| krate.modules[*module].parent);
    around.skip(1).any(|module| krate.modules[module].file == file)
}

/// A re-export counts where the module's own code, or one of its inline modules, uses the name.
fn is_used(krate: &Crate, module: usize, import: &Import) -> bool {
    let Import { imported, is_re_export } = import;
    let name = imported.name.as_ref();
    !is_re_export || name.is_some_and(|name| krate.modules[module].code.names.contains(name))
}

fn resolve(krate: &Crate, from: usize, path: &[String], depth: usize) -> Option<Place> {
    let (first, rest) = path.split_first()?;
    let start = match first.as_str() {
        "crate" => Place::Module(0),
        "self" => Place::Module(from),
        "super" => Place::Module(krate.modules[from].parent?),
        name => member(krate, from, name, depth)?,
    };
    rest.iter().try_fold(start, |place, name| match place {
        Place::Item(_) => Some(place),
        Place::Module(module) if name == "super" => Some(Place::Module(krate.modules[module].parent?)),
        // A name that is not found is one that a macro defines there.
        Place::Module(module) => {
            member(krate, module, name, depth).or(Some(Place::Item(krate.modules[module].file)))
        }
    })
}

fn member(krate: &Crate, id: usize, name: &str, depth: usize) -> Option<Place> {
    let module = &krate.modules[id];
    if let Some(child) = module.children.get(name) {
        return Some(Place::Module(*child));
    }
    if module.items.contains(name) {
        return Some(Place::Item(module.file));
    }
    let depth = depth.checked_sub(1)?;
    let imports = module.imports.iter().map(|import| &import.imported);
    let named = imports.clone().find(|imported| imported.name.as_deref() == Some(name));
    if let Some(named) = named.filter(|named| named.path != [name]) {
        return resolve(krate, id, &named.path, depth);
    }
    imports.filter(|imported| imported.is_glob).find_map(|glob| {
        let Some(Place::Module(of)) = resolve(krate, id, &glob.path, depth) else { return None };
        member(krate, of, name, depth)
    })
}
