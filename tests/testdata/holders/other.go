package holders

import (
	"database/sql"
	"iter"
	"net/http/httptest"
	"os/exec"
)

// oracle: none, it needs a data base and processes

func First(db *sql.DB) (name string, err error) {
	rows, err := db.Query("select name from users") // want "unreleased-holder"
	if err != nil {
		return "", err
	}
	if rows.Next() {
		err = rows.Scan(&name)
	}
	return name, err
}

// The last Next closes.
func All(db *sql.DB) (names []string, err error) {
	rows, err := db.Query("select name from users")
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var name string
		_ = rows.Scan(&name)
		names = append(names, name)
	}
	return names, rows.Err()
}

// But not on the way out of the loop.
func AllWrong(db *sql.DB) (names []string, err error) {
	rows, err := db.Query("select name from users") // want "unreleased-holder"
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func Transfer(db *sql.DB, change func(*sql.Tx) error) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if err := change(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

func TransferWrong(db *sql.DB, query string) error {
	tx, err := db.Begin() // want "unreleased-holder"
	if err != nil {
		return err
	}
	if _, err := tx.Exec(query); err != nil {
		return err
	}
	return tx.Commit()
}

func PerCall(name string) error {
	db, err := sql.Open("sqlite", name) // want "unreleased-holder"
	if err != nil {
		return err
	}
	return db.Ping()
}

func Started(name string) error {
	command := exec.Command(name)
	return command.Start() // want "unreleased-holder"
}

func Waited(name string) error {
	command := exec.Command(name)
	if err := command.Start(); err != nil {
		return err
	}
	return command.Wait()
}

func WaitedElsewhere(name string) error {
	command := exec.Command(name)
	if err := command.Start(); err != nil {
		return err
	}
	go func() { _ = command.Wait() }()
	return nil
}

func Head(seq iter.Seq[int]) int {
	next, _ := iter.Pull(seq) // want "unreleased-holder"
	value, _ := next()
	return value
}

func HeadRight(seq iter.Seq[int]) int {
	next, stop := iter.Pull(seq)
	defer stop()
	value, _ := next()
	return value
}

func Serve() string {
	server := httptest.NewServer(nil) // want "unreleased-holder"
	return server.URL
}

func IfStarted(name string, watch func(*exec.Cmd)) bool {
	command := exec.Command(name)
	if command.Start() == nil {
		watch(command)
		return true
	}
	return false
}
