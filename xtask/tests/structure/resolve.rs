//! Finds the file that defines the item which a path names.

use crate::krate::{Crate, Import};

/// A dependency: the code of one file names an item that another file defines.
pub(crate) struct Dependency {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// The path as written in the code.
    pub(crate) path: String,
}

/// The target of a path.
#[derive(Clone, Copy)]
enum Place {
    Module(usize),
    /// An item that this file defines.
    Item(usize),
}

/// Largest depth of nested re-exports. Deeper ones are assumed to be circular.
const DEPTH: usize = 8;

/// All dependencies of one file on another, each path once.
pub(crate) fn dependencies(krate: &Crate) -> Vec<Dependency> {
    let mut all: Vec<Dependency> = Vec::new();
    for (id, module) in krate.modules.iter().enumerate() {
        let imported = module.imports.iter().filter(|import| is_used(krate, id, import));
        let imported = imported.map(|import| (&import.imported.path, import.imported.is_glob));
        for (path, is_glob) in module.code.paths.iter().map(|path| (path, false)).chain(imported) {
            let to = match resolve(krate, id, path, DEPTH) {
                Some(Place::Item(file)) => file,
                Some(Place::Module(of)) if is_glob => krate.modules[of].file,
                // A path that ends at a module only leads to an item, so it is no dependency.
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

/// Whether the file belongs to a module that encloses this module.
fn is_around(krate: &Crate, module: usize, file: usize) -> bool {
    let around = std::iter::successors(Some(module), |module| krate.modules[*module].parent);
    around.skip(1).any(|module| krate.modules[module].file == file)
}

/// Whether an import counts. A re-export counts only if the module's own code, or an inline module of it, uses the
/// name.
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
        // If the name is not found, a macro defines it in that module.
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
