site "a.example" {
  key: "a",
}
