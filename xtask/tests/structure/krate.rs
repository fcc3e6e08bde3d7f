//! A crate as a tree of modules, read from its source files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use quote::ToTokens;
use syn::{Attribute, Item, ItemMod, ItemUse, Visibility};

use crate::reference::{self, Code, Imported};

pub(crate) struct Crate {
    pub(crate) files: Vec<PathBuf>,
    /// The modules of the crate; the first one is the root.
    pub(crate) modules: Vec<Module>,
}

pub(crate) struct Module {
    /// Index of the file with the module's code.
    pub(crate) file: usize,
    pub(crate) parent: Option<usize>,
    pub(crate) children: BTreeMap<String, usize>,
    /// Names of the items that the module defines.
    pub(crate) items: BTreeSet<String>,
    /// The items that the module's `use` declarations import.
    pub(crate) imports: Vec<Import>,
    pub(crate) code: Code,
}

pub(crate) struct Import {
    pub(crate) imported: Imported,
    /// Whether other modules can use the imported item through this module.
    pub(crate) is_re_export: bool,
}

impl Crate {
    /// Reads a crate's root file and all modules below it, except test modules.
    pub(crate) fn read(root: &Path) -> Self {
        let mut krate = Self { files: Vec::new(), modules: Vec::new() };
        let folder = root.parent().expect("a file is in a folder");
        krate.read_file(root, folder, None);
        krate
    }

    /// Reads one file. The files of the modules below it are in `folder`.
    fn read_file(&mut self, path: &Path, folder: &Path, parent: Option<usize>) -> usize {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self.files.push(path.to_owned());
        self.read_items(&file.items, self.files.len() - 1, folder, parent)
    }

    fn read_items(&mut self, items: &[Item], file: usize, folder: &Path, parent: Option<usize>) -> usize {
        let id = self.modules.len();
        self.modules.push(Module::new(file, parent));
        for item in items.iter().filter(|item| !attributes(item).iter().any(is_for_tests)) {
            match item {
                Item::Mod(module) => {
                    let child = self.read_module(module, file, folder, id);
                    self.modules[id].children.insert(module.ident.to_string(), child);
                }
                Item::Use(item) => self.modules[id].import(item),
                _ => self.modules[id].define(item),
            }
        }
        self.modules[id].import_locally();
        id
    }

    fn read_module(&mut self, module: &ItemMod, file: usize, folder: &Path, parent: usize) -> usize {
        let folder = folder.join(module.ident.to_string());
        if let Some((_, items)) = &module.content {
            return self.read_items(items, file, &folder, Some(parent));
        }
        let beside = folder.with_extension("rs");
        let path = if beside.is_file() { beside } else { folder.join("mod.rs") };
        self.read_file(&path, &folder, Some(parent))
    }
}

impl Module {
    fn new(file: usize, parent: Option<usize>) -> Self {
        let (children, items, imports) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        Self { file, parent, children, items, imports, code: Code::default() }
    }

    fn import(&mut self, item: &ItemUse) {
        let is_re_export = !matches!(item.vis, Visibility::Inherited);
        let imported = reference::imported(item).into_iter();
        self.imports.extend(imported.map(|imported| Import { imported, is_re_export }));
    }

    fn import_locally(&mut self) {
        let imported = self.code.imported.drain(..);
        self.imports.extend(imported.map(|imported| Import { imported, is_re_export: false }));
    }

    fn define(&mut self, item: &Item) {
        self.items.extend(name(item));
        self.code.read(item.to_token_stream());
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.meta.to_token_stream().to_string().contains("(test)")
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
