// Scramble rewrites a Go package so that nothing can be told by its names: every name that the package declares
// is replaced, comments go, top-level declarations change places, files are renamed. It must still compile.
//
//	scramble SEED SOURCE TARGET
//
// It prints a JSON object: for each new file, its old name and, for each new line (from 1), the old line or 0.
// Names stay where the language or the library needs them: main, init, methods that satisfy an interface of an
// imported package (or that a library type satisfies one of ours with), fields embedded from the library.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// mapping says where the lines of a new file come from.
type mapping struct {
	File  string `json:"file"`
	Lines []int  `json:"lines"`
}

// pack is a parsed and checked package.
type pack struct {
	fset  *token.FileSet
	files map[string]*ast.File // by base name
	texts map[string][]byte
	pkg   *types.Package
	info  *types.Info
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: scramble SEED SOURCE TARGET")
		os.Exit(2)
	}
	var seed int64
	fmt.Sscan(os.Args[1], &seed)
	maps, err := scramble(rand.New(rand.NewSource(seed)), os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, "scramble:", err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(maps)
}

func scramble(random *rand.Rand, source, target string) (map[string]mapping, error) {
	p, err := load(source)
	if err != nil {
		return nil, err
	}
	names := p.newNames(random)
	if err := os.MkdirAll(target, 0o755); err != nil {
		return nil, err
	}
	bases := sortedKeys(p.files)
	order := random.Perm(len(bases))
	maps := map[string]mapping{}
	for i, base := range bases {
		text, lines := p.rewrite(base, names, random)
		name := fmt.Sprintf("f%03d.go", order[i])
		maps[name] = mapping{File: base, Lines: lines}
		if err := os.WriteFile(filepath.Join(target, name), text, 0o644); err != nil {
			return nil, err
		}
	}
	return maps, nil
}

// load parses and checks the package in the folder, without its tests.
func load(folder string) (*pack, error) {
	found, err := build.ImportDir(folder, 0)
	if err != nil {
		return nil, err
	}
	p := &pack{fset: token.NewFileSet(), files: map[string]*ast.File{}, texts: map[string][]byte{}}
	var files []*ast.File
	for _, base := range found.GoFiles {
		text, err := os.ReadFile(filepath.Join(folder, base))
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(p.fset, base, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.files[base], p.texts[base] = file, text
		files = append(files, file)
	}
	p.info = &types.Info{
		Defs:      map[*ast.Ident]types.Object{},
		Uses:      map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{},
	}
	config := types.Config{Importer: importer.ForCompiler(p.fset, "source", nil)}
	p.pkg, err = config.Check("scrambled", p.fset, files, p.info)
	return p, err
}

// newNames gives each declared name that may change a new one; upper and lower case first letters stay so.
func (p *pack) newNames(random *rand.Rand) map[string]string {
	keep := p.kept()
	declared := map[string]bool{}
	for ident, object := range p.info.Defs {
		_, imported := object.(*types.PkgName)
		if !imported && !keep[ident.Name] {
			declared[ident.Name] = true
		}
	}
	names := map[string]string{}
	for i, name := range sortedKeys(declared) {
		first := "v"
		if token.IsExported(name) {
			first = "V"
		}
		names[name] = fmt.Sprintf("%s%c%c%d", first, 'a'+rune(random.Intn(26)), 'a'+rune(random.Intn(26)), i)
	}
	return names
}

// kept is the names that must stay.
func (p *pack) kept() map[string]bool {
	keep := map[string]bool{"main": true, "init": true, "_": true}
	for _, file := range p.files {
		keep[file.Name.Name] = true
		ast.Inspect(file, func(node ast.Node) bool {
			if field, ok := node.(*ast.Field); ok && len(field.Names) == 0 {
				p.keepEmbedded(field.Type, keep)
			}
			return true
		})
	}
	ours := namedTypes(p.pkg)
	for _, imported := range allImports(p.pkg) {
		for _, theirs := range namedTypes(imported) {
			for _, own := range ours {
				keepShared(own, theirs, keep)
				keepShared(theirs, own, keep)
			}
		}
	}
	universe := types.Universe.Lookup("error").Type()
	for _, own := range ours {
		keepShared(own, universe, keep)
	}
	return keep
}

// keepEmbedded keeps the name of a field that is embedded from another package or predeclared.
func (p *pack) keepEmbedded(expr ast.Expr, keep map[string]bool) {
	switch e := expr.(type) {
	case *ast.StarExpr:
		p.keepEmbedded(e.X, keep)
	case *ast.SelectorExpr:
		keep[e.Sel.Name] = true
	}
}

// keepShared keeps the methods of `wanted` if it is an interface with methods that `has` satisfies.
func keepShared(has, wanted types.Type, keep map[string]bool) {
	face, ok := wanted.Underlying().(*types.Interface)
	if !ok || face.NumMethods() == 0 {
		return
	}
	if !types.Implements(has, face) && !types.Implements(types.NewPointer(has), face) {
		return
	}
	for i := range face.NumMethods() {
		keep[face.Method(i).Name()] = true
	}
}

// namedTypes is the package's declared types that are not generic.
func namedTypes(pkg *types.Package) []types.Type {
	var found []types.Type
	for _, name := range pkg.Scope().Names() {
		object, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || object.IsAlias() || (pkg.Name() != "main" && !object.Exported()) {
			continue
		}
		if named, ok := object.Type().(*types.Named); ok && named.TypeParams().Len() == 0 {
			found = append(found, named)
		}
	}
	return found
}

func allImports(pkg *types.Package) []*types.Package {
	seen := map[*types.Package]bool{}
	var walk func(*types.Package)
	var all []*types.Package
	walk = func(one *types.Package) {
		for _, next := range one.Imports() {
			if !seen[next] {
				seen[next] = true
				all = append(all, next)
				walk(next)
			}
		}
	}
	walk(pkg)
	return all
}

// rewrite gives the new text of a file, and for each of its lines the old line.
func (p *pack) rewrite(base string, names map[string]string, random *rand.Rand) ([]byte, []int) {
	file, text := p.files[base], p.texts[base]
	offset := func(pos token.Pos) int { return p.fset.Position(pos).Offset }
	var changes []change
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if !strings.HasPrefix(comment.Text, "//go:") {
				blank := strings.Repeat("\n", strings.Count(comment.Text, "\n"))
				changes = append(changes, change{offset(comment.Pos()), offset(comment.End()), " " + blank})
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		ident, ok := node.(*ast.Ident)
		if ok && p.ours(ident) && names[ident.Name] != "" {
			changes = append(changes, change{offset(ident.Pos()), offset(ident.End()), names[ident.Name]})
		}
		return true
	})
	sort.Slice(changes, func(i, j int) bool { return changes[i].start < changes[j].start })
	head, rest := split(file.Decls)
	random.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	var out strings.Builder
	lines := []int{}
	emit := func(start, end token.Pos) {
		chunk := apply(text, offset(start), offset(end), changes)
		first := p.fset.Position(start).Line
		for i := range strings.Count(chunk, "\n") + 1 {
			lines = append(lines, first+i)
		}
		out.WriteString(chunk + "\n\n")
		lines = append(lines, 0)
	}
	emit(file.Package, file.Name.End())
	for _, decl := range append(head, rest...) {
		emit(decl.Pos(), decl.End())
	}
	return []byte(out.String()), lines
}

// ours says that an identifier stands for something this package declares.
func (p *pack) ours(ident *ast.Ident) bool {
	object, defined := p.info.Defs[ident]
	if defined && object == nil {
		return true // the name of a type switch
	}
	if !defined {
		object = p.info.Uses[ident]
	}
	if object == nil {
		return false
	}
	_, imported := object.(*types.PkgName)
	return !imported && object.Pkg() == p.pkg
}

// change replaces the bytes [start, end) of a file.
type change struct {
	start, end int
	text       string
}

func apply(text []byte, start, end int, changes []change) string {
	var out strings.Builder
	at := start
	for _, c := range changes {
		if c.start < start || c.end > end {
			continue
		}
		out.Write(text[at:c.start])
		out.WriteString(c.text)
		at = c.end
	}
	out.Write(text[at:end])
	return out.String()
}

// split parts the imports, which must come first, from the other declarations.
func split(decls []ast.Decl) (head, rest []ast.Decl) {
	for _, decl := range decls {
		if general, ok := decl.(*ast.GenDecl); ok && general.Tok == token.IMPORT {
			head = append(head, decl)
		} else {
			rest = append(rest, decl)
		}
	}
	return head, rest
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
