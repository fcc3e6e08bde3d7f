//! The requests to S3 that the source makes, found from the calls of methods.
//!
//! A method is known by its type and name. The type of a receiver is that of `self` or of a field (`self.clips`), which
//! is enough for the functions: they keep their clients in fields.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use syn::{
    Expr, ExprCall, ExprMethodCall, ImplItem, Item, Lit, Member, Type,
    visit::{self, Visit},
};

use crate::workspace;

/// The methods of the SDK's client, with the action of each and whether a missing object must be told from a forbidden
/// one, for which S3 wants `s3:ListBucket`.
const OPERATIONS: [(&str, &str, bool); 4] = [
    ("get_object", "s3:GetObject", true),
    ("head_object", "s3:GetObject", true),
    ("put_object", "s3:PutObject", true),
    ("list_objects_v2", "s3:ListBucket", false),
];

/// A method, or a function without a type.
type Name = (String, String);

#[derive(Default)]
pub(crate) struct Source {
    /// Types of the fields, by type and field.
    fields: BTreeMap<Name, String>,
    /// Functions of the same name in several files count as one.
    methods: BTreeMap<Name, Body>,
}

#[derive(Default)]
struct Body {
    /// The receivers are paths from `self`, resolved when all fields are known.
    calls: Vec<(Vec<String>, String)>,
    keys: BTreeSet<String>,
    /// Names of all methods that are called.
    names: BTreeSet<String>,
}

impl Source {
    pub(crate) fn read(folders: &[&str]) -> Self {
        let mut source = Self::default();
        for folder in folders {
            source.read_folder(&workspace(folder));
        }
        source
    }

    fn read_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).expect("is a folder") {
            let path = entry.expect("is an entry").path();
            if path.is_dir() {
                self.read_folder(&path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("is a text");
                let file =
                    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                file.items.iter().for_each(|item| self.read_item(item));
            }
        }
    }

    fn read_item(&mut self, item: &Item) {
        match item {
            Item::Struct(item) => {
                for (index, field) in item.fields.iter().enumerate() {
                    let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
                    self.fields.insert((item.ident.to_string(), name), type_name(&field.ty));
                }
            }
            Item::Impl(item) => {
                let owner = type_name(&item.self_ty);
                for method in &item.items {
                    if let ImplItem::Fn(method) = method {
                        let name = (owner.clone(), method.sig.ident.to_string());
                        self.methods.entry(name).or_default().visit_block(&method.block);
                    }
                }
            }
            Item::Fn(item) => {
                let name = (String::new(), item.sig.ident.to_string());
                self.methods.entry(name).or_default().visit_block(&item.block);
            }
            _ => {}
        }
    }

    /// The requests of a function: pairs of action and object.
    pub(crate) fn requests_of(&self, function: &str) -> BTreeSet<(String, String)> {
        let roots = ["connect", "warm_up", "answer"].map(|name| (function.to_owned(), name.to_owned()));
        assert!(roots.iter().all(|root| self.methods.contains_key(root)), "{function} is no function");
        let mut seen = BTreeSet::new();
        let mut next = Vec::from(roots);
        while let Some(name) = next.pop() {
            if self.methods.contains_key(&name) && seen.insert(name.clone()) {
                next.extend(self.called_by(&name));
            }
        }
        self.requests(&seen)
    }

    /// The requests of a whole program that asks for all kinds of objects: each prefix is one object.
    pub(crate) fn requests_of_everything(&self) -> BTreeSet<(String, String)> {
        let requests = self.requests(&self.methods.keys().cloned().collect());
        let prefix = |object: String| match object.split_once('/') {
            Some((prefix, _)) => format!("{prefix}/*"),
            None => object,
        };
        requests.into_iter().map(|(action, object)| (action, prefix(object))).collect()
    }

    fn called_by(&self, name: &Name) -> Vec<Name> {
        let calls = self.methods[name].calls.iter();
        let owner = |path: &[String]| match path.split_first() {
            Some((first, fields)) if first == "self" || first == "Self" => fields
                .iter()
                .try_fold(name.0.clone(), |owner, field| self.fields.get(&(owner, field.clone())).cloned()),
            Some((first, [])) => Some(first.clone()),
            Some(_) => None,
            None => Some(String::new()),
        };
        calls.filter_map(|(path, method)| Some((owner(path)?, method.clone()))).collect()
    }

    /// Every action of these methods on every object that they name, and the listing of the bucket.
    fn requests(&self, methods: &BTreeSet<Name>) -> BTreeSet<(String, String)> {
        let bodies = || methods.iter().map(|name| &self.methods[name]);
        let objects: BTreeSet<_> =
            bodies().flat_map(|body| &body.keys).filter_map(|key| pattern(key)).collect();
        let mut requests = BTreeSet::new();
        for body in bodies() {
            let is_signed_only = body.names.contains("presigned");
            for (operation, action, needs_list) in OPERATIONS {
                if !body.names.contains(operation) {
                    continue;
                }
                if action == "s3:ListBucket" || (needs_list && !is_signed_only) {
                    requests.insert(("s3:ListBucket".to_owned(), String::new()));
                }
                if action != "s3:ListBucket" {
                    requests.extend(objects.iter().map(|object| (action.to_owned(), object.clone())));
                }
            }
        }
        requests
    }
}

impl Visit<'_> for Body {
    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        self.names.insert(call.method.to_string());
        if let Some(path) = path_of(&call.receiver) {
            self.calls.push((path, call.method.to_string()));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &ExprCall) {
        if let Expr::Path(function) = &*call.func {
            let mut names: Vec<_> =
                function.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let name = names.pop().unwrap_or_default();
            match names.pop() {
                Some(module) if module == "keys" => {
                    self.keys.insert(name);
                }
                owner => self.calls.push((owner.into_iter().collect(), name)),
            }
        }
        visit::visit_expr_call(self, call);
    }
}

/// `self.store` as a path; `None` for other receivers.
fn path_of(receiver: &Expr) -> Option<Vec<String>> {
    match receiver {
        Expr::Path(path) if path.path.is_ident("self") => Some(vec!["self".to_owned()]),
        Expr::Field(field) => {
            let mut path = path_of(&field.base)?;
            path.push(match &field.member {
                Member::Named(name) => name.to_string(),
                Member::Unnamed(index) => index.index.to_string(),
            });
            Some(path)
        }
        _ => None,
    }
}

fn type_name(of: &Type) -> String {
    match of {
        Type::Path(path) => {
            path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// The names that a function of `contract::keys` makes, with `*` for each inserted value; `None` where it makes several.
fn pattern(function: &str) -> Option<String> {
    let file = syn::parse_file(&crate::text("contract/src/keys.rs")).expect("is Rust");
    let function = file.items.iter().find_map(|item| match item {
        Item::Fn(item) if item.sig.ident == function => Some(item),
        _ => None,
    })?;
    let [syn::Stmt::Expr(Expr::Macro(format), None)] = function.block.stmts.as_slice() else { return None };
    let Lit::Str(text) = format.mac.parse_body().ok()? else { return None };
    let mut pattern = String::new();
    for (index, piece) in text.value().split(['{', '}']).enumerate() {
        pattern.push_str(if index % 2 == 0 { piece } else { "*" });
    }
    Some(pattern)
}
