module example.com/passbeam-recipe

go 1.19
