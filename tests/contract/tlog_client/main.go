// Reads a log as any client of c2sp.org/tlog-tiles would, with the Go checksum database's packages and none of our code:
// the checkpoint's signature, every entry's inclusion, and consistency with an older checkpoint.
//
//	tlog_client <prefix> <vkey> [<file with an older checkpoint>]
package main

import (
	"encoding/binary"
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

func main() {
	prefix, vkey := os.Args[1], os.Args[2]
	tree := open(fetch(prefix+"/checkpoint"), vkey)
	hashes := tlog.TileHashReader(tree, &tiles{prefix, map[tlog.Tile][]byte{}})
	for start := int64(0); start < tree.N; start += 1 << height {
		for at, leaf := range entries(prefix, start, tree.N) {
			index := start + int64(at)
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			check(err)
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf)); err != nil {
				check(fmt.Errorf("entry %d: %w", index, err))
			}
		}
	}
	fmt.Printf("%d entries included\n", tree.N)
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
