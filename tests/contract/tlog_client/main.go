// Reads a log as any client of c2sp.org/tlog-tiles would, with the Go checksum database's packages and none of our code:
// the checkpoint's signature, every entry's inclusion, and consistency with an older checkpoint.
//
//	tlog_client <prefix> <vkey> [<file with an older checkpoint> [<every so many entries>]]
//	tlog_client proof <file.tlog-proof> <vkey> <witness vkey>...
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func fetch(url string) []byte {
	answer, err := http.Get(url)
	check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	check(err)
	if answer.StatusCode != http.StatusOK {
		check(fmt.Errorf("%s: %s", url, answer.Status))
	}
	return body
}

// open checks a checkpoint's signature and returns its tree.
func open(message []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	check(err)
	opened, err := note.Open(message, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		check(fmt.Errorf("no checkpoint of %s: %q", verifier.Name(), opened.Text))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

// tiles serves the tlog package's requests for tiles from the log, each fetched once.
type tiles struct {
	prefix string
	known  map[tlog.Tile][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range wanted {
		if _, there := t.known[tile]; !there {
			path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
			t.known[tile] = fetch(t.prefix + "/" + path)
		}
		data = append(data, t.known[tile])
	}
	return data, nil
}

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// entries returns the leaves of the bundle that starts at a multiple of 256.
func entries(prefix string, start, size int64) [][]byte {
	bundle := tlog.Tile{H: height, L: 0, N: start >> height, W: 1 << height}
	if size-start < 1<<height {
		bundle.W = int(size - start)
	}
	data := fetch(prefix + "/" + strings.Replace(bundle.Path(), "tile/8/0/", "tile/entries/", 1))
	var leaves [][]byte
	for len(data) > 0 {
		end := 2 + int(binary.BigEndian.Uint16(data))
		leaves = append(leaves, data[2:end])
		data = data[end:]
	}
	if len(leaves) != bundle.W {
		check(fmt.Errorf("bundle at %d: %d entries, expected %d", start, len(leaves), bundle.W))
	}
	return leaves
}

// cosigner is a note.Verifier for c2sp.org/tlog-cosignature, which the note package does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	return ed25519.Verify(c.key, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)), signature[8:])
}

func newCosigner(vkey string) note.Verifier {
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	check(err)
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if key[0] != 4 || hex.EncodeToString(sum[:4]) != parts[1] {
		check(fmt.Errorf("no witness's key: %s", vkey))
	}
	return cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), key[1:]}
}

// proof checks a .tlog-proof file, whose extra line holds the leaf, against the log's key and every witness named.
func proof(file, vkey string, witnesses []string) {
	data, err := os.ReadFile(file)
	check(err)
	head, message, _ := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		check(fmt.Errorf("no proof: %q", lines))
	}
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	check(err)
	var held struct{ Leaf []byte }
	check(json.Unmarshal(extra, &held))
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	check(err)
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		check(err)
		path = append(path, hash)
	}
	tree := open([]byte(message), vkey)
	check(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(held.Leaf)))
	verifiers := []note.Verifier{}
	for _, witness := range witnesses {
		verifiers = append(verifiers, newCosigner(witness))
	}
	if len(verifiers) > 0 {
		opened, err := note.Open([]byte(message), note.VerifierList(verifiers...))
		check(err)
		if len(opened.Sigs) != len(verifiers) {
			check(fmt.Errorf("%d cosignatures, expected %d", len(opened.Sigs), len(verifiers)))
		}
	}
	fmt.Printf("entry %d of %d, %d cosignatures\n", index, tree.N, len(verifiers))
}

func main() {
	if os.Args[1] == "proof" {
		proof(os.Args[2], os.Args[3], os.Args[4:])
		return
	}
	prefix, vkey := os.Args[1], os.Args[2]
	tree := open(fetch(prefix+"/checkpoint"), vkey)
	hashes := tlog.TileHashReader(tree, &tiles{prefix, map[tlog.Tile][]byte{}})
	every, included := int64(1), 0
	if len(os.Args) > 4 {
		var err error
		every, err = strconv.ParseInt(os.Args[4], 10, 64)
		check(err)
	}
	for start := int64(0); start < tree.N; start += 1 << height {
		for at, leaf := range entries(prefix, start, tree.N) {
			index := start + int64(at)
			if index%every != 0 && index != tree.N-1 {
				continue
			}
			included++
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			check(err)
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf)); err != nil {
				check(fmt.Errorf("entry %d: %w", index, err))
			}
		}
	}
	fmt.Printf("%d entries included\n", included)
	if len(os.Args) > 3 {
		saved, err := os.ReadFile(os.Args[3])
		check(err)
		old := open(saved, vkey)
		proof, err := tlog.ProveTree(tree.N, old.N, hashes)
		check(err)
		check(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
		fmt.Printf("consistent with %d\n", old.N)
	}
}
